package runbook.sandbox.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.InputFormat;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialects;
import runbook.sandbox.json.Json;

/** What a provider's own description says of its answers. */
record Description(String name, JsonNode tree) {
  static Description of(String name) {
    return new Description(name, Json.resource(Description.class, name + ".json"));
  }

  /**
   * Fails unless the answer is as described.
   *
   * @param operation its id and a status, such as {@code get-volume-200}
   */
  void holds(String operation, Api.Answer answer) {
    assertThat(tree.path("answers").has(operation)).as(operation).isTrue();
    var location = "classpath:runbook/sandbox/contract/" + name + ".json#/answers/" + operation;
    // formats are left out: Linode's says `date-time` of times whose own example has no zone
    var registry =
        SchemaRegistry.withDefaultDialect(
            Dialects.getOpenApi30(),
            b ->
                b.schemaRegistryConfig(
                    SchemaRegistryConfig.builder().formatAssertionsEnabled(false).build()));
    var schema = registry.getSchema(SchemaLocation.of(location));
    assertThat(schema.validate(answer.text(), InputFormat.JSON))
        .as("%s: %s", operation, answer.text())
        .isEmpty();
  }
}
