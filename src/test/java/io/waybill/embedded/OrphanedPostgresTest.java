package io.waybill.embedded;

import static io.waybill.embedded.EmbeddedPostgresTest.ask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.waybill.embedded.EmbeddedStartException.Problem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of the server when its broker is killed, or when two brokers want one folder. */
class OrphanedPostgresTest {

  private static final PostgresSettings SETTINGS = TestPostgres.settings();

  @TempDir Path folder;

  @AfterEach
  void noServerIsLeft() throws Exception {
    Optional<Postmaster> left = Postmaster.running(folder.toRealPath().resolve("db"));
    left.ifPresent(server -> ProcessHandle.of(server.pid()).ifPresent(ProcessHandle::destroy));
    assertThat(left).isEmpty();
  }

  @Test
  void theOrphanOfAKilledBrokerIsAdopted() throws Exception {
    long orphan = orphan();
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, SETTINGS)) {
      assertThat(postgres.pid()).isEqualTo(orphan);
      assertThat(postgres.running()).isTrue();
      assertThat(ask(postgres, "select 1")).isEqualTo("1");
    }
    assertThat(Files.exists(folder.resolve("db/postmaster.pid"))).isFalse();
  }

  @Test
  void anOrphanWithOtherSettingsIsReplaced() throws Exception {
    long orphan = orphan();
    PostgresSettings changed = SETTINGS.withParameters(Map.of("work_mem", "5MB"));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, changed)) {
      assertThat(postgres.pid()).isNotEqualTo(orphan);
      assertThat(ask(postgres, "show work_mem")).isEqualTo("5MB");
    }
  }

  @Test
  void anOrphanThatDoesNotKnowThePasswordIsReplacedAndNotTrusted() throws Exception {
    long orphan = orphan();
    Files.writeString(folder.resolve("password"), "another\n");
    assertThatThrownBy(() -> EmbeddedPostgres.start(folder, SETTINGS))
        .hasMessageContaining("password authentication failed")
        .extracting("problem")
        .isEqualTo(Problem.DID_NOT_START);
    assertThat(serves(orphan)).isFalse();
  }

  @Test
  void aSecondBrokerOnTheFolderIsRefusedByNameAndPid() throws Exception {
    TestPostgres.prepared(folder);
    try (EmbeddedPostgres first = EmbeddedPostgres.start(folder, SETTINGS);
        ChildBroker second = ChildBroker.start(folder)) {
      assertThat(second.said())
          .startsWith("refused FOLDER_IN_USE")
          .contains(folder.toString())
          .contains("process " + ProcessHandle.current().pid());
      assertThat(first.running()).isTrue();
    }
  }

  @Test
  void anotherServerIsNeitherAdoptedNorStopped() throws Exception {
    Path other = Files.createDirectory(folder.resolve("other"));
    Path own = Files.createDirectory(folder.resolve("own"));
    TestPostgres.prepared(own);
    TestPostgres.prepared(other);
    try (EmbeddedPostgres stranger = EmbeddedPostgres.start(other, SETTINGS)) {
      List<String> lines = Files.readAllLines(other.resolve("db/postmaster.pid"));
      Files.write(own.resolve("db/postmaster.pid"), lines);
      try (EmbeddedPostgres postgres = EmbeddedPostgres.start(own, SETTINGS)) {
        assertThat(postgres.pid()).isNotEqualTo(stranger.pid());
      }
      assertThat(stranger.running()).isTrue();
    }
  }

  /** A process that has ended may stay in the list of processes until init notices. */
  private boolean serves(long pid) throws Exception {
    return new Postmaster(folder.toRealPath().resolve("db"), pid).alive();
  }

  private long orphan() throws Exception {
    TestPostgres.prepared(folder);
    try (ChildBroker broker = ChildBroker.start(folder)) {
      assertThat(broker.said()).startsWith("postgres ");
      broker.kill();
      assertThat(serves(broker.postgresPid())).isTrue();
      return broker.postgresPid();
    }
  }
}
