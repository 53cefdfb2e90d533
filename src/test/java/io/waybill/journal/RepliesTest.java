package io.waybill.journal;

import static org.assertj.core.api.Assertions.assertThat;

import io.waybill.message.MessageRow;
import io.waybill.message.Release;
import io.waybill.message.Reply;
import io.waybill.message.Status;
import io.waybill.message.StoredReply;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("Stored replies")
class RepliesTest {

  private static final Instant LATER = Samples.NOON.plusSeconds(3600);

  private final JournalDatabase database = new JournalDatabase();
  private final JdbcJournal journal = database.journal();
  private final Replies replies = new Replies(database.database.dataSource());
  private long epoch;

  @BeforeEach
  void messages() {
    epoch = journal.takeOver("test");
    List<MessageRow> rows =
        List.of(Samples.message(1), Samples.message(2), Samples.message(3), Samples.message(4));
    journal.commit(Samples.group(epoch, rows.stream().map(Samples::insert).toList(), List.of()));
  }

  @AfterEach
  void close() {
    journal.close();
  }

  private static StoredReply reply(long seq, Release release, String text) {
    Map<String, String> headers = Map.of("ETag", "\"" + seq + "\"");
    Reply reply = new Reply(201, "text/plain", headers, text.getBytes(StandardCharsets.UTF_8));
    return new StoredReply(seq, 1, Samples.NOON, release, LATER, reply);
  }

  private Group with(StoredReply... stored) {
    return new Group(
        epoch,
        Set.of(1),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(stored));
  }

  private String text(long seq) {
    Reply reply = replies.of(seq).orElseThrow().reply();
    return reply == null ? "gone" : new String(reply.body(), StandardCharsets.UTF_8);
  }

  @Test
  void aReplyComesBackAsItCameAndTheFirstOneStays() {
    journal.commit(with(reply(1, Release.ENCOURAGED, "first ä\0")));
    journal.commit(with(reply(1, Release.ENCOURAGED, "second"), reply(2, Release.NONE, "")));

    Replies.Found found = replies.of(1).orElseThrow();
    assertThat(text(1)).isEqualTo("first ä\0");
    assertThat(found.reply().code()).isEqualTo(201);
    assertThat(found.reply().contentType()).isEqualTo("text/plain");
    assertThat(found.reply().headers()).isEqualTo(Map.of("ETag", "\"1\""));
    assertThat(found.stored().sender()).isEqualTo("shop");
    assertThat(found.stored().kept(LATER.minusSeconds(1))).isTrue();
    assertThat(found.stored().kept(LATER)).isFalse();
    assertThat(text(2)).isEmpty();
    assertThat(replies.of(3)).isEmpty();
  }

  @Test
  void aReplyIsWrittenWithItsOutcomeOrNotAtAll() {
    MessageRow first = Samples.message(1);
    Group posted = Samples.group(epoch, List.of(), List.of(Samples.update(first, Status.SKIPPED)));
    Group wrong =
        new Group(
            epoch,
            posted.partitions(),
            posted.inserts(),
            List.of(Samples.update(Samples.changed(first, Status.RETRY, null), Status.SKIPPED)),
            posted.history(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(),
            List.of(reply(1, Release.NONE, "lost with it")));

    org.assertj.core.api.Assertions.assertThatThrownBy(() -> journal.commit(wrong))
        .isInstanceOf(JournalException.class);
    assertThat(replies.of(1)).isEmpty();
  }

  @Test
  void theReplyOfAnEffectIsInItsTransaction() throws SQLException {
    Effects effects = new Effects();
    MessageRow row = Samples.message(1);
    try (Connection connection = database.database.connect()) {
      connection.setAutoCommit(false);
      assertThat(effects.claim(connection, row.postingId(), 1, 1, epoch)).isTrue();
      effects.keep(connection, reply(1, Release.REQUIRED, "with the effect"));
      connection.rollback();
      assertThat(replies.of(1)).isEmpty();

      assertThat(effects.claim(connection, row.postingId(), 1, 1, epoch)).isTrue();
      effects.keep(connection, reply(1, Release.REQUIRED, "with the effect"));
      connection.commit();
    }
    // the outcome is written later, by the loop or the next start
    journal.commit(with(reply(1, Release.REQUIRED, "another")));

    assertThat(text(1)).isEqualTo("with the effect");
  }

  @Test
  void aReleasedReplyLosesItsBytesAndKeepsItsRow() {
    journal.commit(
        with(
            reply(1, Release.REQUIRED, "one"),
            reply(2, Release.ENCOURAGED, "two"),
            reply(3, Release.NONE, "three")));

    assertThat(replies.release(1, "shop")).isTrue();
    assertThat(replies.release(1, "again")).isFalse();
    assertThat(replies.release(2, "shop")).isTrue();
    assertThat(replies.release(3, "shop")).isFalse();
    assertThat(replies.release(9, "shop")).isFalse();

    assertThat(text(1)).isEqualTo("gone");
    assertThat(replies.of(1).orElseThrow().stored().releasedBy()).isEqualTo("shop");
    assertThat(text(3)).isEqualTo("three");
    journal.commit(with(reply(1, Release.REQUIRED, "another run")));
    assertThat(text(1)).isEqualTo("gone");
    assertThat(database.text("select count(*) from waybill.replies where body is not null"))
        .isEqualTo("1");
  }

  @Test
  void aReplyPastItsTimeIsDroppedUnlessItHasToBeReleased() {
    journal.commit(
        with(
            reply(1, Release.REQUIRED, "one"),
            reply(2, Release.ENCOURAGED, "two"),
            reply(3, Release.NONE, "three")));

    assertThat(replies.dropExpired(LATER.minusSeconds(1), 10)).isZero();
    assertThat(replies.dropExpired(LATER, 1)).isEqualTo(1);
    assertThat(replies.dropExpired(LATER, 10)).isEqualTo(1);
    assertThat(text(1)).isEqualTo("one");
    assertThat(text(2)).isEqualTo("gone");
    assertThat(text(3)).isEqualTo("gone");
    assertThat(replies.of(3).orElseThrow().stored().kept(Instant.MIN)).isFalse();
  }

  @Test
  void unreleasedRepliesAreListedBySender() {
    journal.commit(
        with(
            reply(1, Release.REQUIRED, "one"),
            reply(2, Release.ENCOURAGED, "two"),
            reply(3, Release.REQUIRED, "three"),
            reply(4, Release.REQUIRED, "four")));
    replies.release(3, "shop");

    assertThat(replies.unreleased(null, 0, 10))
        .extracting(Replies.Stored::seq)
        .containsExactly(1L, 4L);
    assertThat(replies.unreleased("shop", 1, 10))
        .extracting(Replies.Stored::seq)
        .containsExactly(4L);
    assertThat(replies.unreleased("mallory", 0, 10)).isEmpty();
    assertThat(replies.unreleased(null, 0, 1)).hasSize(1);
    assertThat(replies.unreleased(null, 0, 1).get(0).overdue(LATER)).isTrue();
    assertThat(replies.unreleased(null, 0, 1).get(0).overdue(LATER.minusMillis(1))).isFalse();
  }
}
