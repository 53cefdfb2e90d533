package io.waybill.camel;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.apache.camel.component.file.GenericFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DropFolderFilterTest {

  @TempDir Path folder;
  private Instant now = Instant.parse("2026-11-21T08:00:00Z");
  private final Clock clock = ((InstantSource) () -> now).withZone(ZoneOffset.UTC);
  private DropFolderFilter<File> filter;

  @BeforeEach
  void filter() {
    filter = new DropFolderFilter<>(new DropFolder(folder), "*", Duration.ofSeconds(1), clock);
  }

  /** Else the second could count before the first, and overtake it. */
  @Test
  void whatOnePollSeesIsSeenAtOneTime() throws IOException {
    Path first = Files.writeString(folder.resolve("a.json"), "1");
    Path second = Files.writeString(folder.resolve("b.json"), "1");

    filter.beginPoll();
    assertThat(seen(second)).isFalse();
    now = now.plusMillis(500); // on a busy machine
    assertThat(seen(first)).isFalse();
    now = now.plusMillis(500);
    filter.beginPoll();
    assertThat(seen(second)).isTrue();
    assertThat(seen(first)).isTrue();
  }

  @Test
  void aFileCountsWhenItHasLookedTheSameForLongEnough() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "1");

    assertThat(accepted(file)).isFalse();
    now = now.plusMillis(999);
    assertThat(accepted(file)).isFalse();
    now = now.plusMillis(1);
    assertThat(accepted(file)).isTrue();
    Files.writeString(file, "12");
    assertThat(accepted(file)).isFalse();
  }

  @Test
  void whatWasNotSeenForLongIsForgotten() throws IOException {
    Path file = Files.writeString(folder.resolve("a.json"), "1");
    Path other = Files.writeString(folder.resolve("b.json"), "2");
    assertThat(accepted(file)).isFalse();

    now = now.plus(Duration.ofMinutes(12));
    assertThat(accepted(other)).isFalse();
    assertThat(accepted(file)).isFalse();
  }

  @Test
  void aFileThatIsGoneIsNoFile() {
    assertThat(accepted(folder.resolve("gone.json"))).isFalse();
  }

  /** As the only one of its poll. */
  private boolean accepted(Path path) {
    filter.beginPoll();
    return seen(path);
  }

  private boolean seen(Path path) {
    GenericFile<File> file = new GenericFile<>();
    file.setFile(path.toFile());
    file.setDirectory(false);
    return filter.accept(file);
  }
}
