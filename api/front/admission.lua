-- Whether a request is let in, in one atomic step: is the key known, has it requests left, which answer would be the right one?
--
-- KEYS  1 the key's record   2 the key's window   3 the generations   4 all valid keys   5 the address's window of wrong ones
-- ARGV  1 window in ms   2 re-check after ms   3 families that the generation is made of, by commas, '' where nothing is cached
--       4 start of the entry's name   5 logical key, '' where only the generation is wanted   6 the key's hash
--       7 wrong keys that an address may send   8 within how long, in ms
-- Answers {verdict, record, limit, remaining, reset at (ms), entry}; fewer where it ends early.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

-- A window: one time stamp for each request let through, newest first. Answers how many are left and when the oldest ends;
-- -1 and when one more fits in where none is left.
local function take(key, limit, length)
    local oldest = redis.call('LINDEX', key, -1)
    while oldest and tonumber(oldest) <= now - length do
        redis.call('RPOP', key)
        oldest = redis.call('LINDEX', key, -1)
    end
    local used = redis.call('LLEN', key)
    if used >= limit then
        return -1, redis.call('LINDEX', key, limit - 1) + length
    end
    -- Where memory is full this fails, and with it the request: one that cannot be counted is not let through.
    redis.call('LPUSH', key, now)
    redis.call('PEXPIRE', key, length)
    return limit - used - 1, (oldest and tonumber(oldest) or now) + length
end

local record = redis.call('HMGET', KEYS[1], 'record', 'limit', 'expires_at', 'checked_at', 'may_read')
if not record[1] or tonumber(record[3]) <= now then
    -- Most wrong keys end here: whoever knows all keys need not ask for one.
    if redis.call('EXISTS', KEYS[4]) == 0 then
        return {'unlisted'}
    end
    if redis.call('SISMEMBER', KEYS[4], ARGV[6]) == 1 then
        return {'unknown'}
    end
    local left, fits_at = take(KEYS[5], tonumber(ARGV[7]), tonumber(ARGV[8]))
    return {'wrong', left, fits_at, now}
end
if now - tonumber(record[4]) >= tonumber(ARGV[2]) then
    -- One caller a minute asks the database; the others go on with what is known.
    redis.call('HSET', KEYS[1], 'checked_at', now)
    return {'recheck', record[1]}
end

local limit, window = tonumber(record[2]), tonumber(ARGV[1])
local left, reset_at = take(KEYS[2], limit, window)
if left < 0 then
    return {'limited', record[1], limit, 0, reset_at, now}
end
local answer = {'pass', record[1], limit, left, reset_at}
if ARGV[3] == '' or record[5] ~= '1' then
    return answer
end

-- The answer: one of the generation published last.
local families = {}
for family in string.gmatch(ARGV[3], '[^,]+') do
    families[#families + 1] = family
end
local numbers = redis.call('HMGET', KEYS[3], unpack(families))
for position = 1, #families do
    if not numbers[position] then
        answer[1] = 'unpublished'
        return answer
    end
end
answer[6] = ARGV[4] .. table.concat(numbers, '.') .. ':' .. ARGV[5]
return answer
