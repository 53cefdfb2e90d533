package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Arrays;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The image is closed, and stops when it is told to. */
class DockerfileTest {

  private static final Set<String> KNOWN =
      Set.of(
          "ARG",
          "FROM",
          "RUN",
          "COPY",
          "ENV",
          "WORKDIR",
          "USER",
          "VOLUME",
          "EXPOSE",
          "ENTRYPOINT",
          "CMD");

  private Dockerfile image = new Dockerfile(java.util.List.of());

  @BeforeEach
  void read() throws IOException {
    image = Dockerfile.shipped();
  }

  @Test
  void everyInstructionIsOne() {
    assertThat(image.instructions()).allMatch(one -> KNOWN.contains(one.name()));
    assertThat(image.all("FROM")).hasSize(1);
  }

  @Test
  void itRunsAsANumberThatIsNotRoot() {
    assertThat(image.last("USER")).matches("[1-9][0-9]+:[1-9][0-9]+");
    assertThat(image.instructions().stream().map(Dockerfile.Instruction::name).toList())
        .as("what is copied belongs to root")
        .containsSubsequence("COPY", "USER");
    assertThat(image.all("COPY")).noneMatch(words -> words.contains("--chown"));
  }

  @Test
  void signalsReachTheBroker() throws IOException {
    ObjectMapper json = new ObjectMapper();
    String[] command = json.readValue(image.last("ENTRYPOINT"), String[].class);
    assertThat(command).containsExactly(image.last("WORKDIR") + "/bin/waybill");
    assertThat(json.readValue(image.last("CMD"), String[].class)).containsExactly("run");
  }

  @Test
  void aMissingSettingIsNeverAnEmptyJournal() {
    assertThat(Arrays.asList(image.last("ENV").split("\\s+(?=[A-Z_]+=)")))
        .contains("WAYBILL_EMBEDDED=never", "WAYBILL_DATA=" + image.last("VOLUME"))
        .anyMatch(variable -> variable.contains("-XX:MaxRAMPercentage="));
  }
}
