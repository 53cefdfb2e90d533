package io.waybill.spec.load;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every technical key is told, and known to editors. */
class DocumentedKeysTest {

  /** Not for files: given on the command line. */
  private static final Set<String> NOT_IN_FILES = Set.of("home");

  @Test
  void everyTechnicalKeyIsInTheDocumentation() throws IOException {
    List<String> told =
        Files.readAllLines(Path.of("docs/configuration.md")).stream()
            .filter(line -> line.startsWith("| `waybill."))
            .map(line -> line.substring(3, line.indexOf("` |")))
            .toList();
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            TechnicalKeys.KNOWN.stream().map(key -> "waybill." + String.join(".", key)).toList());
  }

  @Test
  void everyTechnicalKeyForFilesIsInTheSchema() throws IOException {
    JsonNode waybill =
        new ObjectMapper()
            .readTree(Path.of("config/schema/application.schema.json").toFile())
            .at("/properties/waybill");
    for (List<String> key : TechnicalKeys.KNOWN) {
      if (!NOT_IN_FILES.contains(key.get(0))) {
        assertThat(below(waybill, key).isObject()).as("%s in the schema", key).isTrue();
      }
    }
  }

  private static JsonNode below(JsonNode schema, List<String> key) {
    JsonNode node = schema;
    for (String name : key) {
      JsonNode next = node.path("properties").path(name);
      node = next.isMissingNode() ? node.path("additionalProperties") : next;
    }
    return node;
  }
}
