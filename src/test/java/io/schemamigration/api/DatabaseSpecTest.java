package io.schemamigration.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** What a stored digest was made of must be written as it was then. */
class DatabaseSpecTest {
  @Test
  void isWrittenInOneOrderForAllTime() {
    String json =
        "{\"secretRef\":{\"name\":\"db\"},\"keys\":{\"uri\":\"u\"},\"host\":\"h\",\"port\":1,\"name\":\"n\","
            + "\"role\":\"r\",\"searchPath\":[\"s\"],\"tls\":{\"mode\":\"require\"}}";
    DatabaseSpec spec = Serialization.unmarshal(json, DatabaseSpec.class);
    assertThat(Serialization.asJson(spec)).isEqualTo(json);
  }
}
