-- For wrk: webhooks of ALERTS alerts, each alert with a key of its own in the place of KEY in the text of ALERT.
local alerts, seed = tonumber(os.getenv("ALERTS")), os.getenv("SEED")
local parts, number, refused = {}, 0, false
for part in (os.getenv("ALERT") .. "KEY"):gmatch("(.-)KEY") do
  parts[#parts + 1] = part
end

request = function()
  local some = {}
  for place = 1, alerts do
    number = number + 1
    some[place] = table.concat(parts, string.format("%s%010x", seed, number))
  end
  local body = os.getenv("HEAD") .. table.concat(some, ",") .. "]}"
  return wrk.format("POST", "/api/v1/alerts", {["Content-Type"] = "application/json"}, body)
end

if alerts >= 10000 then -- a sender that is told to try again waits a little, as Alertmanager does
  response = function(status)
    refused = status == 503
  end
  delay = function()
    local wait = refused and 250 or 0
    refused = false
    return wait
  end
end

done = function(summary)
  local errors = summary.errors
  io.write(string.format("\nDONE %d %d %d\n", summary.requests - errors.status, errors.status, summary.duration))
end
