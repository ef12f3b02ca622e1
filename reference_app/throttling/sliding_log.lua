-- Decides over all budgets of a request at once: admitted only if every one has room, and only then charged to all.
--
-- KEYS  one sorted set for each budget: the requests admitted in its window, scored by their time
-- ARGV  1: a name for this request, unique;  then for each budget: quantity, window in microseconds
-- Returns 1 or 0 (admitted), then for each budget: remaining, microseconds until its oldest request leaves the window,
-- microseconds until it has room (0 where it has).
--
-- The clock is that of the store: workers on several machines need not agree on the time.

local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000000 + tonumber(time[2])
local admitted = 1
local used = {}
local waits = {}

for index, key in ipairs(KEYS) do
    local quantity = tonumber(ARGV[2 * index])
    local window = tonumber(ARGV[2 * index + 1])
    redis.call('ZREMRANGEBYSCORE', key, '-inf', string.format('%.0f', now - window))
    used[index] = redis.call('ZCARD', key)
    waits[index] = 0
    if used[index] >= quantity then
        admitted = 0
        -- Room comes when so many have left that one more fits: not necessarily with the oldest.
        local blocker = redis.call('ZRANGE', key, used[index] - quantity, used[index] - quantity, 'WITHSCORES')
        waits[index] = tonumber(blocker[2]) + window - now
    end
end

local answer = { admitted }
for index, key in ipairs(KEYS) do
    local quantity = tonumber(ARGV[2 * index])
    local window = tonumber(ARGV[2 * index + 1])
    if admitted == 1 then
        redis.call('ZADD', key, string.format('%.0f', now), ARGV[1])
        redis.call('PEXPIRE', key, math.ceil(window / 1000))
        used[index] = used[index] + 1
    end
    local oldest = redis.call('ZRANGE', key, 0, 0, 'WITHSCORES')
    local reset = oldest[2] and (tonumber(oldest[2]) + window - now) or window
    table.insert(answer, math.max(0, quantity - used[index]))
    table.insert(answer, reset)
    table.insert(answer, waits[index])
end
return answer
