local os = require("os")
obj.metadata.annotations = obj.metadata.annotations or {}
obj.metadata.annotations["schemamigration.io/retry-requested-at"] = os.date("!%Y-%m-%dT%H:%M:%SZ")
return obj
