package io.waybill.judge;

import io.waybill.message.HistoryEntry;
import io.waybill.message.MessageKey;
import io.waybill.message.Numbered;
import java.util.List;
import java.util.Map;

/**
 * All that is known when the faults have stopped and all is quiet.
 *
 * @param sent what was given to the broker
 * @param requirements what had to take effect before what
 * @param logs the logs of the watched destinations, by name, each in the order of arrival
 * @param rows the state table
 * @param history the history, the entries of each message in their order
 * @param takeovers the epochs there have been
 * @param earlier the history as it was at an earlier look
 * @param numbers what numbers messages have in lanes that follow them, where these count
 */
public record Evidence(
    List<Sent> sent,
    List<Requirement> requirements,
    Map<String, List<Arrival>> logs,
    List<Row> rows,
    List<HistoryEntry> history,
    List<Takeover> takeovers,
    List<HistoryEntry> earlier,
    Map<MessageKey, List<Numbered>> numbers) {

  /** Evidence without requirements, epochs and earlier looks. */
  public static Evidence of(
      List<Sent> sent,
      Map<String, List<Arrival>> logs,
      List<Row> rows,
      List<HistoryEntry> history) {
    return new Evidence(sent, List.of(), logs, rows, history, List.of(), List.of(), Map.of());
  }

  /** With these requirements. */
  public Evidence requiring(List<Requirement> known) {
    return new Evidence(sent, known, logs, rows, history, takeovers, earlier, numbers);
  }

  /** With these epochs. */
  public Evidence takenOver(List<Takeover> known) {
    return new Evidence(sent, requirements, logs, rows, history, known, earlier, numbers);
  }

  /** With the history as it was before. */
  public Evidence seenBefore(List<HistoryEntry> known) {
    return new Evidence(sent, requirements, logs, rows, history, takeovers, known, numbers);
  }

  /** With these numbers. */
  public Evidence numbered(Map<MessageKey, List<Numbered>> known) {
    return new Evidence(sent, requirements, logs, rows, history, takeovers, earlier, known);
  }
}
