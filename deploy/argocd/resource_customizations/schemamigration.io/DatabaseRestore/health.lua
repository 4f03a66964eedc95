-- Every kind of schemamigration.io follows kstatus: status.observedGeneration, and the conditions Ready, Reconciling and
-- Stalled (https://github.com/kubernetes-sigs/cli-utils/blob/master/pkg/kstatus/README.md).
local health = { status = "Progressing", message = "Waiting for the operator to look at the latest spec" }

local status = obj.status or {}
local conditions = {}
for _, condition in ipairs(status.conditions or {}) do
  conditions[condition.type] = condition
end
local function holds(name)
  return conditions[name] ~= nil and conditions[name].status == "True"
end

if obj.metadata.deletionTimestamp ~= nil then
  health.message = holds("Stalled") and conditions.Stalled.message or "Being deleted"
  return health
end

-- What is said about an older spec does not count, and -1 stands there until anything was said.
if status.observedGeneration ~= obj.metadata.generation then
  return health
end

-- Also what waits for an approval: a sync that goes on waiting would keep out the commit that approves.
if holds("Stalled") then
  health.status = "Degraded"
  health.message = conditions.Stalled.message
  return health
end

local ready = conditions.Ready
if ready == nil then
  return health
end
health.message = ready.message
if ready.status == "True" and not holds("Reconciling") then
  health.status = "Healthy" -- suspended, too, as long as the database follows the files that there are
elseif ready.reason == "Suspended" then
  health.status = "Suspended"
end
return health
