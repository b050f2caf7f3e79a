-- Follows the addresses of Services, of which one that is made anew has another one, so that this needs no restart: what Sentinels name a server by, and
-- without kube-template also where HAProxy connects to. The file is HAProxy's map too, and has a line "NAME ADDRESS" for each Service.
-- Where pods have addresses in a file of their own, of the same form, HAProxy connects to these servers there.
-- env: RUN_DIR SERVERS SENTINELS (names of Services, in the order of the servers R0, R1… and S0, S1… of haproxy.cfg; not set where kube-template moves these)
--      SERVER_0… SENTINEL_0… (where HAProxy started with them) POD_ADDRESSES (file of the addresses of the servers' pods; not set where there is none)
local file = os.getenv('RUN_DIR') .. '/addresses'
local pods = os.getenv('POD_ADDRESSES')
local known = {} -- addresses of Services by names
local followed = {} -- servers of haproxy.cfg, those of one name and address together
local ROUND_MS = pods and 200 or 1000
local OUT_OF_REACH_MS = 5000 -- longer than Sentinels take to find a master down: what a short stall or a failover needs is not touched
local numbers = {} -- ordinals of servers by names

local function read(name)
  local opened = name and io.open(name)
  if not opened then return {} end
  local addresses = {}
  for label, address in opened:read('*a'):gmatch('(%S+) (%S+)\n') do addresses[label] = address end
  opened:close()
  return addresses
end

-- Finds the servers of our own sections: users' may have the same names, at other addresses.
local function find(variable, letter)
  local number = 0
  for name in (os.getenv(variable .. 'S') or ''):gmatch('%S+') do
    local one = { name = name, at = os.getenv(variable .. '_' .. number), number = letter == 'R' and number, lines = {} }
    if one.number then numbers[name] = number end
    for _, backend in pairs(core.backends) do
      for label, server in pairs(backend.servers) do
        local at = label == letter .. number and server:get_addr() or ''
        if at:sub(1, #one.at + 1) == one.at .. ':' then table.insert(one.lines, server) end
      end
    end
    table.insert(followed, one)
    number = number + 1
  end
end

-- What was said at the former address says nothing about the new one.
local function forget(number, prefixes)
  for _, prefix in ipairs(prefixes) do
    local backend = core.backends[prefix .. number]
    for _, server in pairs(backend and backend.servers or {}) do server:check_force_down() end
  end
end
local BY_POD, BY_ANYONE = { 'role_', 'led_', 'in_sync_' }, { 'sen_', 'role_', 'led_', 'in_sync_' }

local function rename(name, address)
  core.log(core.notice, 'addresses: Service ' .. name .. ' has ' .. address .. ' instead of ' .. (known[name] or 'none'))
  known[name] = address
  core.set_map(file, name, address)
end

local function move(one, address)
  one.at = address
  for _, server in ipairs(one.lines) do server:set_addr(address) end
end

-- Whether server R0, R1… answered the last check of its role where it is.
local function answers(number)
  for _, prefix in ipairs({ 'role_', 'in_sync_' }) do
    for _, server in pairs(core.backends[prefix .. number].servers) do
      if server:get_stats().status:sub(1, 2) == 'UP' then return true end
    end
  end
  return false
end

-- Whether nothing takes connections where server R0, R1… is. One that takes them and is silent stalls.
local function out_of_reach(number)
  for _, server in pairs(core.backends['role_' .. number].servers) do
    if server:get_stats().check_status:find('L4', 1, true) and not answers(number) then return true end
  end
  return false
end

-- A file that nobody writes any more names a former address. Once nothing has taken connections there for long, the address does not count until the file
-- has another one, or had none meanwhile.
local function trusted(one, address)
  if address ~= one.listed then one.listed, one.unreached, one.refused = address, 0, false end
  if address and one.at == address then
    one.unreached = out_of_reach(one.number) and one.unreached + ROUND_MS or 0
    one.refused = one.unreached >= OUT_OF_REACH_MS
  end
  return not one.refused and address
end

-- A server that has no address in the file of the pods is reached through its Service. One that answers stays where it is: who writes the file may have
-- forgotten all servers at once.
local function follow_pods(listed, addresses)
  for _, one in ipairs(followed) do
    local address = one.number and (trusted(one, listed[one.name]) or (not answers(one.number) and addresses[one.name]))
    if address and address ~= one.at then
      core.log(core.notice, 'addresses: server ' .. one.number .. ' is reached at ' .. address .. ' instead of ' .. one.at)
      forget(one.number, BY_POD)
      move(one, address)
      forget(one.number, BY_POD)
    end
  end
end

core.register_init(function()
  known = read(file)
  find('SERVER', 'R')
  find('SENTINEL', 'S')
  -- The file may have changed since the start script read it.
  for _, one in ipairs(followed) do
    if not (pods and one.number) then known[one.name] = one.at end
  end
end)
core.register_task(function()
  while true do
    local addresses = read(file)
    for name, address in pairs(addresses) do
      local former = known[name]
      if address ~= former then
        rename(name, address)
        for _, one in ipairs(followed) do
          if one.name == name and one.at == former then move(one, address) end
        end
        if numbers[name] then forget(numbers[name], BY_ANYONE) end
      end
    end
    if pods then follow_pods(read(pods), addresses) end
    core.msleep(ROUND_MS)
  end
end)
