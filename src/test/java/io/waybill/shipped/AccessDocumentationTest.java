package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.operator.Right;
import io.waybill.operator.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of rights and roles that is told is the one that holds. */
class AccessDocumentationTest {

  @Test
  void theTableOfRolesIsTheTableOfRights() throws IOException {
    List<String> text = Files.readAllLines(Path.of("docs/access.md"));
    int head = text.indexOf(head());
    assertThat(head).as("a line '%s'", head()).isNotNegative();
    assertThat(text.subList(head + 2, head + 2 + Right.values().length))
        .containsExactlyElementsOf(Arrays.stream(Right.values()).map(this::row).toList());
    assertThat(text.get(head + 2 + Right.values().length)).isEmpty();
  }

  private static String head() {
    return Arrays.stream(Role.values())
        .map(role -> "`" + role.configName() + "`")
        .collect(Collectors.joining(" | ", "| may | nobody known | ", " |"));
  }

  private String row(Right right) {
    return Arrays.stream(Role.values())
        .map(role -> right.givenBy(role) ? "yes" : "-")
        .collect(
            Collectors.joining(
                " | ", "| %s | %s | ".formatted(right.words(), right.open() ? "yes" : "-"), " |"));
  }
}
