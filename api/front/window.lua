-- The window of a key, or of an address that sends wrong keys: who was let through within the last hour, to the millisecond.
--
-- A list, newest first; each entry is a moment (ms) and how many requests it stands for:
--   '1700000000000'     one request
--   '1700000000000*64'  a lease of 64: what its process did not use may still come back. The moment is that up to which they
--                       may be used, so that a window of any hour never has more requests than the limit
--   '1700000000000:17'  one of which so many were used
-- Beside it a hash: `used`, the sum of them; `entries`, how many there are; `pushed`, how many there ever were, so that an
-- entry has a number for its life: the newest has the number `pushed`.

-- Where an entry was counted without the sums (by the release before), numbers known before name nothing any more.
local RENUMBERED = 1000000
-- Entries may lie so far ahead (ms): those of a lease do by its length, and clocks are put right by small steps all the time.
local AHEAD = 1000

local function read_entry(entry)
    local moment, mark, weight = string.match(entry, '^(%d+)([*:]?)(%d*)$')
    return tonumber(moment), mark, weight == '' and 1 or tonumber(weight)
end

-- After Redis's clock was set back: whoever was let through by the clock that was ahead counts as let through now. So nobody waits
-- longer than the window's length for a mistake of the clock, and no hour has more requests than the limit. Newest entries come first.
local function bring_back(list, entries, now)
    for place = 0, entries - 1 do
        local moment, mark, weight = read_entry(redis.call('LINDEX', list, place))
        if moment <= now + AHEAD then
            return
        end
        -- What a lease of then did not use is not given back.
        redis.call('LSET', list, place, weight == 1 and string.format('%.0f', now) or string.format('%.0f:%d', now, weight))
    end
end

-- The window with all forgotten that is older than `length` (ms).
local function open_window(list, sums, now, length)
    local found = redis.call('HMGET', sums, 'used', 'entries', 'pushed')
    local window = {list = list, sums = sums, length = length, now = now, used = tonumber(found[1] or 0),
        entries = tonumber(found[2] or 0), pushed = tonumber(found[3] or 0)}
    local entries = redis.call('LLEN', list)
    if entries ~= window.entries then
        window.used, window.entries, window.pushed = 0, entries, math.max(window.pushed, entries) + RENUMBERED
        for _, entry in ipairs(redis.call('LRANGE', list, 0, -1)) do
            local _, _, weight = read_entry(entry)
            window.used = window.used + weight
        end
    end
    bring_back(list, window.entries, now)
    while window.entries > 0 do
        local moment, _, weight = read_entry(redis.call('LINDEX', list, -1))
        if moment > now - length then
            window.oldest = moment
            break
        end
        redis.call('RPOP', list)
        window.entries, window.used = window.entries - 1, window.used - weight
    end
    return window
end

-- Take back what a lease did not use, once; nothing where its entry is not there any more.
local function give_back(window, number, moment, unused)
    local place = window.pushed - number
    if place < 0 or place >= window.entries then
        return
    end
    local entry = redis.call('LINDEX', window.list, place)
    local known, mark, weight = read_entry(entry)
    -- One at least was used: by the request that asked.
    if mark ~= '*' or known ~= moment or unused >= weight then
        return
    end
    window.used = window.used - unused
    redis.call('LSET', window.list, place, string.format('%.0f:%d', known, weight - unused))
end

-- Count so many from `moment` on. Where memory is full this fails, and with it the request: one that cannot be counted is
-- not let through.
local function count(window, moment, weight)
    local entry = weight == 1 and string.format('%.0f', moment) or string.format('%.0f*%d', moment, weight)
    redis.call('LPUSH', window.list, entry)
    window.entries, window.pushed, window.used = window.entries + 1, window.pushed + 1, window.used + weight
    window.oldest = window.oldest or moment
end

local function close_window(window)
    if window.entries == 0 then
        redis.call('DEL', window.list, window.sums)
        return
    end
    redis.call('HSET', window.sums, 'used', window.used, 'entries', window.entries, 'pushed', window.pushed)
    redis.call('PEXPIRE', window.list, window.length + 1000)
    redis.call('PEXPIRE', window.sums, window.length + 1000)
end

-- When one more fits in, of a window that is full.
local function fits_at(window, limit)
    local used = window.used
    for place = 1, window.entries do
        local moment, _, weight = read_entry(redis.call('LINDEX', window.list, -place))
        used = used - weight
        if used < limit then
            return moment + window.length
        end
    end
    return window.now
end

-- How long (ms) until all leases have come back that may: 0 where none is out. Who never tells is waited for `grace` ms.
local function until_settled(window, grace)
    local wait = 0
    for _, entry in ipairs(redis.call('LRANGE', window.list, 0, 255)) do
        local moment, mark = read_entry(entry)
        if moment + grace <= window.now then
            break
        end
        if mark == '*' then
            wait = math.max(wait, moment + grace - window.now)
        end
    end
    return wait
end
