package io.waybill.shipped;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.cli.Main;
import io.waybill.message.Moves;
import io.waybill.message.Reason;
import io.waybill.message.Status;
import io.waybill.spec.DeliveryClass;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** What the documentation says is what the program does. */
class DocumentationTest {

  private static final Path DOCS = Path.of("docs");
  private static final Path README = Path.of("README.md");

  /** `status` | words | what may follow, an asterisk marking what only a person may do. */
  private static final Pattern STATUS_ROW =
      Pattern.compile("^\\| `([a-z_]+)` \\| [^|]+ \\| ([a-z_*, ]+) \\|$", Pattern.MULTILINE);

  /** A call in a block of commands, or anything in backticks. */
  private static final Pattern CALL =
      Pattern.compile("^ *(\\./)?waybill .*$|`[^`\n]+`", Pattern.MULTILINE);

  /** A setting, such as --server.port, is no option. */
  private static final Pattern OPTION = Pattern.compile("--[a-z-]+(?![a-z.-])");

  private static final Pattern LINK = Pattern.compile("]\\(([^)#:]+)(#[^)]*)?\\)");
  private static final Pattern HEADING = Pattern.compile("^#+ (.+)$", Pattern.MULTILINE);

  @Test
  void theTableOfStatusesIsTheTableOfMoves() throws IOException {
    Set<String> told = new TreeSet<>();
    Set<String> statuses = new LinkedHashSet<>();
    Matcher row = STATUS_ROW.matcher(section("guarantees.md", "Statuses"));
    while (row.find()) {
      statuses.add(row.group(1));
      if (!row.group(2).equals("nothing")) {
        for (String to : row.group(2).split(", ")) {
          told.add(row.group(1) + " -> " + to);
        }
      }
    }
    assertThat(statuses)
        .containsExactlyElementsOf(Arrays.stream(Status.values()).map(Status::sqlName).toList());
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            Moves.ALL.stream()
                .map(
                    move ->
                        move.from().sqlName()
                            + " -> "
                            + move.to().sqlName()
                            + (move.by() == Moves.By.PERSON ? "*" : ""))
                .toList());
  }

  @Test
  void theFirstStatusesAreTold() throws IOException {
    assertThat(section("guarantees.md", "Statuses"))
        .contains("A new message starts as `submitted`, `posting` or `failed`.");
    assertThat(Moves.FIRST)
        .containsExactlyInAnyOrder(Status.SUBMITTED, Status.POSTING, Status.FAILED);
  }

  @Test
  void everyReasonSaysWhatToDo() throws IOException {
    Set<String> told =
        section("operations.md", "What to do")
            .lines()
            .filter(line -> line.startsWith("| `"))
            .map(line -> line.substring(2, line.indexOf(" |", 2)))
            .flatMap(names -> Stream.of(names.split(", ")))
            .map(name -> name.replace("`", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(told)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Reason.values()).map(Reason::sqlName).toList());
  }

  @Test
  void everyDeliveryClassIsToldWithItsPrice() throws IOException {
    for (DeliveryClass delivery : DeliveryClass.values()) {
      String name = delivery.specName();
      assertThat(read(README)).contains("`" + name + "`");
      assertThat(read(DOCS.resolve("guarantees.md"))).contains("`" + name + "`");
    }
  }

  @Test
  void everyCommandAndExitCodeIsTold() throws IOException {
    CommandLine waybill = new CommandLine(new Main());
    String text = read(DOCS.resolve("command-line.md"));
    List<String> rows = text.lines().filter(line -> line.startsWith("| `")).toList();
    assertThat(waybill.getSubcommands().keySet())
        .allSatisfy(
            command -> assertThat(rows).anyMatch(row -> row.matches(".*`" + command + "[ `].*")));
    assertThat(waybill.getCommandSpec().usageMessage().exitCodeList().keySet())
        .allSatisfy(code -> assertThat(text).contains("\n| " + code.strip() + " |"));
  }

  @Test
  void everyOptionIsKnownThatATextNames() throws IOException {
    Set<String> known = new TreeSet<>(Set.of("--once", "--help"));
    for (CommandLine command : new CommandLine(new Main()).getSubcommands().values()) {
      known.addAll(command.getCommandSpec().optionsMap().keySet());
    }
    for (Path document : List.of(README, DOCS.resolve("command-line.md"), operations())) {
      Matcher call = CALL.matcher(read(document));
      while (call.find()) {
        Matcher option = OPTION.matcher(call.group());
        while (option.find()) {
          assertThat(known).as(document.toString()).contains(option.group());
        }
      }
    }
  }

  private static Path operations() {
    return DOCS.resolve("operations.md");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void everyLinkLeadsSomewhere(Path document) throws IOException {
    Matcher link = LINK.matcher(read(document));
    while (link.find()) {
      Path target = document.resolveSibling(link.group(1)).normalize();
      assertThat(target).as("linked from %s", document).exists();
      if (link.group(2) != null) {
        assertThat(anchors(target)).as("linked from %s", document).contains(link.group(2));
      }
    }
  }

  private static Set<String> anchors(Path document) throws IOException {
    Set<String> anchors = new TreeSet<>();
    Matcher heading = HEADING.matcher(read(document));
    while (heading.find()) {
      String words = heading.group(1).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9 -]", "");
      anchors.add("#" + words.replace(' ', '-'));
    }
    return anchors;
  }

  @ParameterizedTest
  @MethodSource("documents")
  void nothingStrongerIsClaimedThanWhatHolds(Path document) throws IOException {
    assertThat(read(document).toLowerCase(Locale.ROOT))
        .doesNotContain("guaranteed")
        .doesNotContain("zero loss")
        .doesNotContain("exactly-once delivery");
  }

  static List<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(DOCS)) {
      return Stream.concat(
              Stream.of(README, Path.of("CONTRIBUTING.md")),
              files.filter(file -> file.toString().endsWith(".md")).sorted())
          .toList();
    }
  }

  private static String section(String document, String heading) throws IOException {
    String text = read(DOCS.resolve(document));
    int from = text.indexOf("\n## " + heading + "\n");
    assertThat(from).as("heading %s in %s", heading, document).isNotNegative();
    int to = text.indexOf("\n## ", from + 1);
    return to < 0 ? text.substring(from) : text.substring(from, to);
  }

  private static String read(Path file) throws IOException {
    return Files.readString(file);
  }
}
