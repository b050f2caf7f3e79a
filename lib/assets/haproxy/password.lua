-- Follows the password in the Secret's file, so that a rotation needs no restart. The checks read it from a map in memory, as the bytes of the command
-- AUTH in hexadecimal: it is in no variable and in no other file.
-- env: CONFIG_DIR PASSWORD_FILE
local map = os.getenv('CONFIG_DIR') .. '/password.map'
local file = os.getenv('PASSWORD_FILE')
local known

local function follow()
  local opened = io.open(file, 'rb')
  if not opened then return end
  local password = opened:read('*a'):gsub('\n+$', '')
  opened:close()
  if password == '' or password == known then return end
  known = password
  local command = '*2\r\n$4\r\nAUTH\r\n$' .. #password .. '\r\n' .. password .. '\r\n'
  core.set_map(map, 'auth', (command:gsub('.', function(byte) return string.format('%02x', byte:byte()) end)))
end

core.register_init(follow) -- before the first check
core.register_task(function()
  while true do
    follow()
    core.sleep(1)
  end
end)
