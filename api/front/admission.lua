-- Whether a request is let in, and how many of those after it, in one atomic step (after `window.lua`).
--
-- KEYS  1 the key's record   2, 3 the key's window and its sums   4 the generations   5 all valid keys
--       6, 7 the address's window of wrong ones and its sums
-- ARGV  1 window in ms   2 re-check after ms   3 all families of generations, by commas   4 the key's hash
--       5 wrong keys that an address may send   6 within how long, in ms
--       7 how many requests are wanted   8 for how long (ms) they may be used   9 how many have to remain for more than one
--       10 how long (ms) a lease is waited for that does not come back
--       11, 12, 13 the number, moment and unused rest of the lease before; '' where there is none
-- Answers {verdict, record, limit, remaining, reset at (ms), now, granted, number, moment, lasts (ms), generations …}; fewer where
-- it ends early, and no generations for a key that may not read.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
local length, leased = tonumber(ARGV[1]), tonumber(ARGV[8])

local function refuse_wrong_key()
    local limit = tonumber(ARGV[5])
    local window = open_window(KEYS[6], KEYS[7], now, tonumber(ARGV[6]))
    if window.used >= limit then
        return {'wrong', -1, fits_at(window, limit), now}
    end
    count(window, now, 1)
    close_window(window)
    return {'wrong', limit - window.used, window.oldest + window.length, now}
end

local record = redis.call('HMGET', KEYS[1], 'record', 'limit', 'expires_at', 'checked_at', 'may_read')
if not record[1] or tonumber(record[3]) <= now then
    -- Most wrong keys end here: whoever knows all keys need not ask for one.
    if redis.call('EXISTS', KEYS[5]) == 0 then
        return {'unlisted'}
    end
    if redis.call('SISMEMBER', KEYS[5], ARGV[4]) == 1 then
        return {'unknown'}
    end
    return refuse_wrong_key()
end
-- Either way: a clock that was set back would have nobody ask for as long as it was ahead.
if math.abs(now - tonumber(record[4])) >= tonumber(ARGV[2]) then
    -- One caller a minute asks the database; the others go on with what is known.
    redis.call('HSET', KEYS[1], 'checked_at', now)
    return {'recheck', record[1]}
end

local limit = tonumber(record[2])
local window = open_window(KEYS[2], KEYS[3], now, length)
if ARGV[11] ~= '' then
    give_back(window, tonumber(ARGV[11]), tonumber(ARGV[12]), tonumber(ARGV[13]))
end
local left = limit - window.used
if left <= 0 then
    local wait = until_settled(window, tonumber(ARGV[10]))
    local reset_at = fits_at(window, limit)
    close_window(window)
    return {wait > 0 and 'settling' or 'limited', record[1], limit, 0, reset_at, now, wait}
end
local granted = math.max(1, math.min(tonumber(ARGV[7]), left - tonumber(ARGV[9]) + 1))
local lasts = math.min(leased, tonumber(record[3]) - now)
-- When data becomes another by itself nobody has published yet what it is: until then, generations are told, and not from then on.
local turns_at = tonumber(redis.call('HGET', KEYS[4], 'turns_at') or '0')
local is_turning = turns_at > 0 and turns_at <= now
if turns_at > now then
    lasts = math.min(lasts, turns_at - now)
end
local moment = granted == 1 and now or now + leased
count(window, moment, granted)
close_window(window)
local answer = {'pass', record[1], limit, limit - window.used, window.oldest + length, now, granted, window.pushed, moment, lasts}
if record[5] == '1' then
    local families = {}
    for family in string.gmatch(ARGV[3], '[^,]+') do
        families[#families + 1] = family
    end
    for _, number in ipairs(redis.call('HMGET', KEYS[4], unpack(families))) do
        answer[#answer + 1] = not is_turning and number
    end
end
return answer
