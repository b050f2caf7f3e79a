-- Keeps the certificates that HAProxy has in memory equal to the files of the Secret. A reload would leave sessions in a process without checks, and
-- CertCache.set mixes up halves of a pair (HAProxy 2.6). What HAProxy refuses changes nothing, is told once, and is tried again.
-- Never both a certificate and the CAs of one line: before the fix of haproxy#3165 the next change is not used, and the one after it ends the process.
-- env: TLS_CERT (certificate that clients see, its key beside it as .key; not set where servers show theirs)
--      TLS_CA (CAs that servers' certificates are checked against; not set without TLS behind HAProxy)
--      TLS_SERVER_NAME (name that clients look for in it)
--      SHOWN_CERTIFICATE (copy of certificate and key that servers are shown; not set where they ask for none)
--      CLIENT_CAS (copy of ca.crt that clients' certificates are checked against; not set without)
--      TLS_DIR (the Secret's files) CONTROL_SOCKET (stats socket, level admin)
local control = os.getenv('CONTROL_SOCKET')

local function read(name)
  local file = io.open(name, 'rb')
  if not file then return end
  -- an empty line would end the payload of a command
  local text = file:read('*a'):gsub('\r', ''):gsub('\n\n+', '\n'):gsub('^\n', ''):gsub('\n*$', '\n')
  file:close()
  return text:find('-----BEGIN', 1, true) and text
end

local function ask(command)
  local socket = core.tcp()
  socket:settimeout(5)
  if not socket:connect(control) then return 'no answer at ' .. control end
  socket:send(command .. '\n')
  local answer = socket:receive('*a') or ''
  socket:close()
  return answer
end

-- Much text in parts that HAProxy takes as one command, without what is between the PEMs: of a longer one nothing is used, and HAProxy 2.6 does not even say why. Only CAs may come in parts.
local MOST_BYTES = 14000 -- its buffer has 16384, and does not give all of them
local PEM = '%-%-%-%-%-BEGIN [^\n]*\n.-%-%-%-%-%-END [^\n]*\n'
local function parts(kind, text)
  if #text <= MOST_BYTES then return { text } end
  local all, part = {}, ''
  for one in text:gmatch(PEM) do
    if kind == 'ca-file' and part ~= '' and #part + #one > MOST_BYTES then
      table.insert(all, part)
      part = ''
    end
    part = part .. one
  end
  table.insert(all, part)
  return all
end

local MONTHS = { Jan = 1, Feb = 2, Mar = 3, Apr = 4, May = 5, Jun = 6, Jul = 7, Aug = 8, Sep = 9, Oct = 10, Nov = 11, Dec = 12 }
-- A time as HAProxy writes it, as digits that can be compared.
local function digits(time)
  local month, day, hour, minute, second, year = time:match('^(%a+) +(%d+) (%d+):(%d+):(%d+) (%d+)')
  return month and ('%04d%02d%02d%02d%02d%02d'):format(year, MONTHS[month], day, hour, minute, second)
end

local server_name = (os.getenv('TLS_SERVER_NAME') or ''):lower()
-- Whether a certificate, as HAProxy tells of it, is for the name.
local function is_for_name(told)
  local names = {}
  for name in (told:match('Subject Alternative Name: ([^\n]*)') or ''):gmatch('DNS:([^,%s]+)') do table.insert(names, name:lower()) end
  if #names == 0 then names = { (told:match('\nSubject: [^\n]*/CN=([^/\n]+)') or ''):lower() } end
  for _, name in ipairs(names) do
    if name == server_name or (name:sub(1, 2) == '*.' and server_name:match('^[^.]+(%..+)') == name:sub(2)) then return true end
  end
end

-- Why clients refuse the certificate that HAProxy knows by this name; with "*" before it, the one that it was told and does not use yet.
local function problem(name)
  local told, now = ask('show ssl cert ' .. name), os.date('!%Y%m%d%H%M%S')
  local from, to = told:match('notBefore: ([^\n]*)'), told:match('notAfter: ([^\n]*)')
  if not to then return end
  if (digits(to) or now) < now then return 'tls.crt ended on ' .. to end
  if (digits(from) or now) > now then return 'tls.crt begins on ' .. from end
  if server_name ~= '' and not is_for_name(told) then return 'tls.crt is not for ' .. server_name end
end

-- Replaces what HAProxy knows by this name. Returns what it says if it does not.
local function replace(kind, name, text)
  local what = ' ssl ' .. kind .. ' ' .. name
  local answer, complete
  for number, part in ipairs(parts(kind, text)) do
    answer = ask((number == 1 and 'set' or 'add') .. what .. ' <<\n' .. part)
    complete = answer:find('ransaction', 1, true)
    if not complete then
      if number > 1 and answer:find('Unknown command', 1, true) then answer = 'this HAProxy takes so many CAs only when it starts' end
      if #part > MOST_BYTES then answer = 'certificate and key have ' .. #part .. ' bytes, so many HAProxy takes only when it starts' end
      break
    end
  end
  -- what clients refuse is no better than what they take
  local refused = complete and kind == 'cert' and problem('*' .. name)
  if refused and not problem(name) then
    answer = refused
  elseif complete then
    answer = ask('commit' .. what)
    if answer:find('Success!', 1, true) then return end
  end
  ask('abort' .. what)
  return (answer:gsub('%s+', ' '))
end

local dir = os.getenv('TLS_DIR')
local cert, shown, ca, client_cas = os.getenv('TLS_CERT'), os.getenv('SHOWN_CERTIFICATE'), os.getenv('TLS_CA'), os.getenv('CLIENT_CAS')

-- Whether two texts have a certificate in common, however its lines are broken.
local function share(one, other)
  local known = {}
  for pem in one:gmatch(PEM) do known[pem:gsub('%s', '')] = true end
  for pem in other:gmatch(PEM) do
    if known[pem:gsub('%s', '')] then return true end
  end
  return false
end

-- What servers' certificates are checked against.
local trusted = ca and read(ca) or ''
-- CAs to check servers' certificates against. Without one of those before, ca.crt is a mistake or a rollover in one step: what servers show is of the former CA, for
-- now or, as their agents refuse what leads to no root, for long. Without it all checks would fail, and end all sessions. CAs that clients are checked against stay as the Secret has them.
local function with_former(text)
  if trusted == '' or share(trusted, text) then return text, '' end
  return trusted .. text, ', and what was before is still trusted until HAProxy starts again: the new ca.crt has no certificate of it'
end

local used, said = {}, {}
-- Files have their first content from the start of HAProxy, but may have changed since: all of them are replaced once.
local function follow(kind, name, text)
  if not text or text == used[name] then return end
  local whole, beside = text, ''
  if name == ca then whole, beside = with_former(text) end
  local why = text:find('ENCRYPTED', 1, true) and 'tls.key has a passphrase, which nobody can enter' or replace(kind, name, whole)
  if why and why == said[name] then return end
  said[name] = why
  if not why then
    used[name] = text
    if name == ca then trusted = whole end
  end
  local level = (why or beside ~= '') and core.warning or core.notice
  core.log(level, 'certificates: ' .. name .. (why and ' stays as it was: ' .. why or ' of the Secret is in use' .. beside))
end

-- Whether this HAProxy has the fix of haproxy#3165.
local function replaces_both()
  local major, minor, patch = core.get_info().Version:match('^(%d+)%.(%d+)%.(%d+)')
  if not major then return false end
  major, minor, patch = tonumber(major), tonumber(minor), tonumber(patch)
  return major > 3 or (major == 3 and (minor > 2 or (minor == 2 and patch >= 26)))
end

-- Certificate and key, as they are now.
local function pair(file)
  local chain, key = read(file), read((file:gsub('%.crt$', '.key')))
  return chain and key and chain .. key
end

core.register_task(function()
  -- a certificate ends by itself, CAs do not
  if not replaces_both() then
    client_cas = nil
    if shown then ca = nil end
  end
  while true do
    if ca then follow('ca-file', ca, read(ca)) end
    if client_cas then follow('ca-file', client_cas, read(dir .. '/ca.crt')) end
    if cert then follow('cert', cert, pair(cert)) end
    if shown then follow('cert', shown, pair(dir .. '/tls.crt')) end
    core.msleep(1000)
  end
end)
