-- wrk: POSTs a mix of every type; each body is like no other, so that none is a duplicate.
-- Arguments: the file of templates (a body a line, "@" where a number goes) and the path.

local templates = {}
local path
-- Begins anew with each run of wrk; the clock keeps runs apart. Below 2^53, beyond which a number
-- plus one may be the same number.
local number = os.time() % 100000000 * 10000000

function init(arguments)
    path = arguments[2]
    for line in io.lines(arguments[1]) do
        local before, after = line:match("^(.-)@(.*)$")
        templates[#templates + 1] = { before, after }
    end
end

function request()
    number = number + 1
    local template = templates[number % #templates + 1]
    local body = string.format("%s%d%s", template[1], number, template[2])
    return "POST " .. path .. " HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n"
        .. "Content-Length: " .. #body .. "\r\n\r\n" .. body
end

function done(summary, latency)
    local errors = summary.errors
    io.write(string.format('\nRESULT {"requests":%d,"duration_us":%d,'
        .. '"p50_us":%d,"p99_us":%d,"max_us":%d,"failed":%d}\n',
        summary.requests, summary.duration, latency:percentile(50), latency:percentile(99),
        latency.max, errors.connect + errors.read + errors.write + errors.status + errors.timeout))
end
