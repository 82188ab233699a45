-- One request at the door, in one atomic step: is the key known, has it requests left, which answer would be the right one?
--
-- KEYS  1 the key's record   2 the key's window   3 the generations
-- ARGV  1 window in ms   2 re-check after ms   3 family, '' where nothing is cached   4 start of the entry's name
--       5 logical key, '' where only the generation is wanted
-- Answers {verdict, record, limit, remaining, reset at (ms), entry}; fewer where it ends early.

local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)

local record = redis.call('HMGET', KEYS[1], 'record', 'limit', 'expires_at', 'checked_at', 'may_read')
if not record[1] or tonumber(record[3]) <= now then
    return {'unknown'}
end
if now - tonumber(record[4]) >= tonumber(ARGV[2]) then
    -- One caller a minute asks the database; the others go on with what is known.
    redis.call('HSET', KEYS[1], 'checked_at', now)
    return {'recheck', record[1]}
end

-- The window: one time stamp for each request let through, newest first.
local limit, window = tonumber(record[2]), tonumber(ARGV[1])
local oldest = redis.call('LINDEX', KEYS[2], -1)
while oldest and tonumber(oldest) <= now - window do
    redis.call('RPOP', KEYS[2])
    oldest = redis.call('LINDEX', KEYS[2], -1)
end
local used = redis.call('LLEN', KEYS[2])
if used >= limit then
    return {'limited', record[1], limit, 0, redis.call('LINDEX', KEYS[2], limit - 1) + window, now}
end
-- Where memory is full this fails, and with it the request: one that cannot be counted is not let through.
redis.call('LPUSH', KEYS[2], now)
redis.call('PEXPIRE', KEYS[2], window)
local answer = {'pass', record[1], limit, limit - used - 1, (oldest and tonumber(oldest) or now) + window}
if ARGV[3] == '' or record[5] ~= '1' then
    return answer
end

-- The answer: one of the generation published last.
local numbers = redis.call('HMGET', KEYS[3], 'companies', 'masters', 'sync')
if not (numbers[1] and numbers[2] and numbers[3]) then
    answer[1] = 'unpublished'
    return answer
end
local generation = numbers[2]
if ARGV[3] == 'companies' then
    generation = numbers[1] .. '.' .. numbers[2]
elseif ARGV[3] == 'sync' then
    generation = numbers[3]
end
answer[6] = ARGV[4] .. generation .. ':' .. ARGV[5]
return answer
