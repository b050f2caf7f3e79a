-- Follows the password in the Secret's file, so that a rotation needs no restart. The checks read it from a map in memory, as the bytes of the command
-- AUTH in hexadecimal: it is in no variable and in no other file.
-- After a change the former password is sent too, and first: this node may know the new one before the servers do. One that is refused
-- leaves a connection as it is, and a check goes on once one was taken.
-- env: CONFIG_DIR PASSWORD_FILE PASSWORD_USER (whose it is; not set for the default user)
local map = os.getenv('CONFIG_DIR') .. '/password.map'
local file = os.getenv('PASSWORD_FILE')
local user = os.getenv('PASSWORD_USER')
local former_seconds = 900 -- as the agents keep it
local known, former, until_time, sent, said

local function read(name)
  local opened = io.open(name, 'rb')
  if not opened then return nil end
  local text = opened:read('*a') or ''
  opened:close()
  return (text:gsub('\n+$', ''))
end

local function say(problem)
  if problem and problem ~= said then core.Alert('password: the Secret\'s key "' .. file:match('[^/]*$') .. '" is ' .. problem .. ': the last one stays in use') end
  said = problem
end

local function bulk(text) return '$' .. #text .. '\r\n' .. text .. '\r\n' end

local function auth(password)
  if not user then return '*2\r\n' .. bulk('AUTH') .. bulk(password) end
  return '*3\r\n' .. bulk('AUTH') .. bulk(user) .. bulk(password)
end

local function follow()
  local password = read(file)
  say(not password and 'missing' or password == '' and 'empty' or nil)
  if not password or password == '' then return end
  if password ~= known then
    former, until_time = known, os.time() + former_seconds
    known = password
  end
  -- an empty alternate ends the former one at once
  if former and (os.time() >= until_time or read(file .. '-alternate') == '') then former = nil end
  local commands = (former and auth(former) or '') .. auth(known)
  if commands == sent then return end
  sent = commands
  core.set_map(map, 'auth', (commands:gsub('.', function(byte) return string.format('%02x', byte:byte()) end)))
end

core.register_init(follow) -- before the first check
core.register_task(function()
  while true do
    follow()
    core.sleep(1)
  end
end)
