-- Sends a batch of the keys that match to another server, one by one. A key that expired meanwhile is passed over, and one that can't be sent is named, so that the
-- others get there.
-- arguments: cursor, pattern, host, port, database, "true" to overwrite, password, why nothing may be sent to this database (or nothing), how many keys before this
--            batch got no answer, one after the other
-- answers: the next cursor, how many were sent, how many the other server has already, how many could not be sent, how many of the last ones got no answer, why it
--          stops here (or nothing), and a line for some of those that could not be sent
local cursor, pattern, host, port, database, replace, password, forbidden, silent = unpack(ARGV)
silent = tonumber(silent)
-- what the next key would be told, too
local FOR_ALL = { 'OOM', 'NOREPLICAS', 'READONLY', 'NOAUTH', 'WRONGPASS', 'NOPERM', 'MISCONF', 'LOADING', 'MASTERDOWN' }
local MOST_SILENT, MOST_NAMED = 3, 20
local page = redis.call('SCAN', cursor, 'MATCH', pattern, 'COUNT', 500)
local options = { 'COPY' }
if replace == 'true' then options[#options + 1] = 'REPLACE' end
if password ~= '' then
  options[#options + 1] = 'AUTH'
  options[#options + 1] = password
end

local function concerns_all(err)
  for _, word in ipairs(FOR_ALL) do
    if string.find(err, word .. ' ', 1, true) then return true end
  end
  return silent >= MOST_SILENT
end

-- a name may be of any bytes, and long
local function printable(key)
  local escaped = string.gsub(string.sub(key, 1, 200), '[%c\127-\255]', function(byte) return string.format('\\x%02x', string.byte(byte)) end)
  return '"' .. escaped .. '"'
end

local sent, kept, failed, stops, lines = 0, 0, 0, '', {}
for _, key in ipairs(page[2]) do
  local answer = forbidden == '' and redis.pcall('MIGRATE', host, port, key, database, 10000, unpack(options)) or { err = forbidden }
  local err = answer.err
  -- MIGRATE has no other word for a connection that ends, or brings nothing
  silent = err ~= nil and string.find(err, 'IOERR', 1, true) and silent + 1 or 0
  if err == nil then
    if answer.ok ~= 'NOKEY' then sent = sent + 1 end
  elseif string.find(err, 'BUSYKEY', 1, true) then
    kept = kept + 1
  else
    failed = failed + 1
    local line = printable(key) .. ' of database ' .. database .. ': ' .. string.gsub(err, '[\r\n]', ' ')
    if forbidden ~= '' or concerns_all(err) then
      stops = line
      break
    end
    if #lines < MOST_NAMED then lines[#lines + 1] = line end
  end
end
return { page[1], sent, kept, failed, silent, stops, unpack(lines) }
