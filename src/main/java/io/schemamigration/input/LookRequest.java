package io.schemamigration.input;

import io.schemamigration.plan.Pin;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.SecretLayout;
import io.schemamigration.postgres.Target;
import java.util.Optional;

/**
 * What a look needs of its inputs. The files are none of it: looks queue up while a server does not
 * answer, and each would hold megabytes.
 *
 * @param generation the generation of the spec it was made from
 * @param requests what the annotations asked for then
 * @param source which files there were
 * @param target the database
 * @param secret how the Secret was read
 * @param pin a target hash that may roll back
 */
public record LookRequest(
    long generation,
    Requests requests,
    ScriptSet.Summary source,
    Target target,
    SecretLayout secret,
    Optional<Pin> pin) {}
