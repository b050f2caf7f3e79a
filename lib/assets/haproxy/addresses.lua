-- Follows the addresses of Services, of which one that is made anew has another one, so that this needs no restart: what Sentinels name a server by, and
-- without kube-template also where HAProxy connects to. The file is HAProxy's map too, and has a line "NAME ADDRESS" for each Service.
-- env: RUN_DIR SERVERS SENTINELS (names of Services, in the order of the servers R0, R1… and S0, S1… of haproxy.cfg; not set where kube-template moves these)
local file = os.getenv('RUN_DIR') .. '/addresses'
local known = {} -- addresses by names
local lines = {} -- servers of haproxy.cfg by names
local numbers = {} -- ordinals of servers by names

local function read()
  local opened = io.open(file)
  if not opened then return {} end
  local addresses = {}
  for name, address in opened:read('*a'):gmatch('(%S+) (%S+)\n') do addresses[name] = address end
  opened:close()
  return addresses
end

-- Finds the servers of our own sections: users' may have the same names, at other addresses.
local function find(variable, letter)
  local number = 0
  for name in (os.getenv(variable) or ''):gmatch('%S+') do
    lines[name] = lines[name] or {}
    if letter == 'R' then numbers[name] = number end
    for _, backend in pairs(core.backends) do
      for label, server in pairs(backend.servers) do
        local at = label == letter .. number and server:get_addr() or ''
        if at:sub(1, #known[name] + 1) == known[name] .. ':' then table.insert(lines[name], server) end
      end
    end
    number = number + 1
  end
end

-- What was said at the former address says nothing about the new one.
local function forget(number)
  for _, prefix in ipairs({ 'sen_', 'role_', 'led_', 'in_sync_' }) do
    local backend = core.backends[prefix .. number]
    for _, server in pairs(backend and backend.servers or {}) do server:check_force_down() end
  end
end

local function move(name, address)
  core.log(core.notice, 'addresses: Service ' .. name .. ' has ' .. address .. ' instead of ' .. (known[name] or 'none'))
  known[name] = address
  core.set_map(file, name, address)
  for _, server in ipairs(lines[name] or {}) do server:set_addr(address) end
  if numbers[name] then forget(numbers[name]) end
end

core.register_init(function()
  known = read()
  find('SERVERS', 'R')
  find('SENTINELS', 'S')
end)
core.register_task(function()
  while true do
    for name, address in pairs(read()) do
      if address ~= known[name] then move(name, address) end
    end
    core.sleep(1)
  end
end)
