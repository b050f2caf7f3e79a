-- Follows the password in the Secret's file, so that a rotation needs no restart. The checks read it from a map in memory, as the bytes of the command
-- AUTH in hexadecimal: it is in no variable and in no other file.
-- After a change former passwords are sent too, and first: this node may know the new one before the servers do, and a rotation may follow soon on another one.
-- One that is refused leaves a connection as it is, and a check goes on once one was taken.
-- env: CONFIG_DIR PASSWORD_FILE PASSWORD_USER (whose it is; not set for the default user) FORMER_PASSWORD_SECONDS (how long the agents keep one)
local map = os.getenv('CONFIG_DIR') .. '/password.map'
local file = os.getenv('PASSWORD_FILE')
local user = os.getenv('PASSWORD_USER')
local former_seconds = tonumber(os.getenv('FORMER_PASSWORD_SECONDS')) or 0
local MOST = 2 -- former ones, as all must fit in a check
local former = {} -- in the order of their use, each with its end
local known, sent, said

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
  -- agents take none that is no UTF-8, and for the default user none with control characters, as Sentinels can't
  local unfit = password and (not utf8.len(password) or not user and password:find('[\0-\31\127]'))
  local problem = not password and 'missing' or password == '' and 'empty' or unfit and 'no password' or nil
  say(problem)
  if problem then return end
  if password ~= known then
    if known then table.insert(former, { password = known, ends = os.time() + former_seconds }) end
    known = password
  end
  -- an empty alternate ends former ones at once
  local ended = read(file .. '-alternate') == ''
  while former[1] and (ended or #former > MOST or os.time() >= former[1].ends) do table.remove(former, 1) end
  local commands = ''
  for _, one in ipairs(former) do commands = commands .. auth(one.password) end
  commands = commands .. auth(known)
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
