package io.waybill.journal;

import io.waybill.message.ClosedGap;
import io.waybill.message.DestinationState;
import io.waybill.message.HistoryEntry;
import io.waybill.message.LinkState;
import io.waybill.message.MessageRow;
import io.waybill.message.PauseState;
import io.waybill.message.Payload;
import io.waybill.message.PostedAs;
import io.waybill.message.ReplyTo;
import io.waybill.message.SeriesState;
import io.waybill.message.Status;
import io.waybill.message.StepRow;
import io.waybill.message.StoredReply;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/**
 * What one transaction of the journal writes: all of it or nothing.
 *
 * @param epoch the fencing number under which it was decided
 * @param partitions the partitions it touches; their lease rows are locked and must carry the epoch
 * @param inserts new messages
 * @param updates changed messages
 * @param history appended
 * @param destinations changed state of destinations
 * @param audits actions of persons that change no message
 * @param posted what others may require
 * @param links changed state of links
 * @param pauses what was paused or resumed
 * @param replies what is kept for senders
 * @param asked who asked for replies by JMS
 * @param revisions documents in the place of others
 * @param series the numbers of lanes that are done
 * @param steps where steps of processes stand
 */
public record Group(
    long epoch,
    Set<Integer> partitions,
    List<Insert> inserts,
    List<Update> updates,
    List<HistoryEntry> history,
    List<DestinationState> destinations,
    List<Audit> audits,
    List<Posted> posted,
    List<LinkState> links,
    List<PauseState> pauses,
    List<StoredReply> replies,
    List<Asked> asked,
    List<Revision> revisions,
    List<SeriesChange> series,
    List<StepRow> steps) {

  /** A group without replies by JMS, edited documents, numbers that are done, and steps. */
  public Group(
      long epoch,
      Set<Integer> partitions,
      List<Insert> inserts,
      List<Update> updates,
      List<HistoryEntry> history,
      List<DestinationState> destinations,
      List<Audit> audits,
      List<Posted> posted,
      List<LinkState> links,
      List<PauseState> pauses,
      List<StoredReply> replies) {
    this(
        epoch,
        partitions,
        inserts,
        updates,
        history,
        destinations,
        audits,
        posted,
        links,
        pauses,
        replies,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** A group in which no link changes, nothing is paused, no fact is made, and no reply came. */
  public Group(
      long epoch,
      Set<Integer> partitions,
      List<Insert> inserts,
      List<Update> updates,
      List<HistoryEntry> history,
      List<DestinationState> destinations,
      List<Audit> audits) {
    this(
        epoch,
        partitions,
        inserts,
        updates,
        history,
        destinations,
        audits,
        List.of(),
        List.of(),
        List.of(),
        List.of());
  }

  /** The sender of a message asked for its reply. */
  public record Asked(long seq, Instant at, ReplyTo to) {}

  /** A document that takes the place of a message's, whose row changes with it. */
  public record Revision(long seq, int revision, Payload payload) {}

  /**
   * A guarded change: the row of the lane's numbers has to be in that version, or missing for 0.
   *
   * @param state as it is afterwards
   * @param fromVersion the version it must have before
   * @param closed gaps that are not waited for any more
   */
  public record SeriesChange(SeriesState state, int fromVersion, List<ClosedGap> closed) {}

  /** A message was posted, and that is remembered for those that require it; 0 if elsewhere. */
  public record Posted(PostedAs fact, long seq) {}

  /** A new message with its document. */
  public record Insert(MessageRow row, Payload payload) {}

  /**
   * A guarded change: exactly one row has to match seq, status and version.
   *
   * @param row as it is afterwards
   * @param fromStatus the status it must have before
   * @param fromVersion the version it must have before
   * @param fromParked whether it was parked before: it then has places to give back
   * @param reread whether what was known since its arrival changes too (operation, id, lanes)
   */
  public record Update(
      MessageRow row, Status fromStatus, int fromVersion, boolean fromParked, boolean reread) {}

  /** An action of a person. */
  public record Audit(Instant at, String who, String action, String target, String why) {}

  /** True where there is nothing to write. */
  public boolean isEmpty() {
    return inserts.isEmpty()
        && updates.isEmpty()
        && history.isEmpty()
        && destinations.isEmpty()
        && audits.isEmpty()
        && posted.isEmpty()
        && links.isEmpty()
        && pauses.isEmpty()
        && replies.isEmpty()
        && asked.isEmpty()
        && series.isEmpty()
        && steps.isEmpty();
  }
}
