-- A lease whose time is over, and whose process was not asked again, comes back (after `window.lua`).
--
-- KEYS  1, 2 the key's window and its sums
-- ARGV  1 window in ms   2, 3, 4 the lease's number, moment and unused rest

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local window = open_window(KEYS[1], KEYS[2], now, tonumber(ARGV[1]))
give_back(window, tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4]))
close_window(window)
