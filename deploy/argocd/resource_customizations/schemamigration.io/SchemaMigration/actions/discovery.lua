local suspended = obj.spec.suspend == true
local ready = false
for _, condition in ipairs((obj.status or {}).conditions or {}) do
  if condition.type == "Ready" then
    ready = condition.status == "True" and obj.status.observedGeneration == obj.metadata.generation
  end
end

local actions = {}
actions["retry"] = {
  ["displayName"] = "Try again what failed",
  ["iconClass"] = "fa fa-fw fa-redo",
  ["disabled"] = suspended or ready,
}
actions["reconcile"] = {
  ["displayName"] = "Look now",
  ["iconClass"] = "fa fa-fw fa-sync",
  ["disabled"] = suspended,
}
actions["suspend"] = {
  ["displayName"] = "Suspend",
  ["iconClass"] = "fa fa-fw fa-pause",
  ["disabled"] = suspended,
}
actions["resume"] = {
  ["displayName"] = "Resume",
  ["iconClass"] = "fa fa-fw fa-play",
  ["disabled"] = not suspended,
}
return actions
