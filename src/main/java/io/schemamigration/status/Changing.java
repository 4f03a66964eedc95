package io.schemamigration.status;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.Optional;

/**
 * A series that is always 1 and says what it has to say in its labels: when that changes, the old
 * series goes.
 */
final class Changing {
  private final MeterRegistry registry;
  private final String name;
  private final String description;
  private Tags tags = Tags.empty();
  private Optional<Meter> meter = Optional.empty();

  Changing(MeterRegistry registry, String name, String description) {
    this.registry = registry;
    this.name = name;
    this.description = description;
  }

  /** Says this from now on. */
  synchronized void say(Tags words) {
    if (meter.isPresent() && tags.equals(words)) {
      return;
    }
    remove();
    tags = words;
    meter =
        Optional.of(
            Gauge.builder(name, () -> 1)
                .description(description)
                .tags(words)
                .strongReference(true)
                .register(registry));
  }

  synchronized void remove() {
    meter.ifPresent(registry::remove);
    meter = Optional.empty();
  }
}
