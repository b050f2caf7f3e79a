-- Sends a batch of the keys that match to another server, one by one. A key that expired meanwhile is passed over.
-- arguments: cursor, pattern, host, port, database, "true" to overwrite, password
-- answers: the next cursor, how many were sent, how many the other server has already
local cursor, pattern, host, port, database, replace, password = unpack(ARGV)
local page = redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', 500)
local options = { 'COPY' }
if replace == 'true' then options[#options + 1] = 'REPLACE' end
if password ~= '' then
  options[#options + 1] = 'AUTH'
  options[#options + 1] = password
end
local sent, kept = 0, 0
for _, key in ipairs(page[2]) do
  local answer = redis.pcall('MIGRATE', host, port, key, database, 10000, unpack(options))
  if answer.err == nil then
    if answer.ok ~= 'NOKEY' then sent = sent + 1 end
  elseif string.find(answer.err, 'BUSYKEY', 1, true) then
    kept = kept + 1
  else
    return answer
  end
end
return { page[1], sent, kept }
