package io.waybill.message;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a message stands now: the part of its row that changes.
 *
 * @param status its status
 * @param reason why it stands there
 * @param detail the reason in words
 * @param lanes the lanes it belongs to
 * @param ranks its place in each of these lanes; empty where it holds no place (closed, unreadable,
 *     or failed with go-on)
 * @param parked who finds it where only the table has it; null where memory holds it while it is
 *     open
 * @param destination where its present step is to be posted; null where unknown
 * @param step the present step, from 0
 * @param attempts attempts spent on the present step
 * @param dueAt when the next attempt is due
 * @param expiresAt after this, no further attempt
 * @param firstTriedAt when the present posting id was first sent
 * @param triedAs the number of that first try among all attempts at the destination
 * @param run which execution of the message this is, from 1
 * @param revision which version of its payload is posted, from 0: as received
 * @param version counts the changes of this row; guards every update
 * @param changedAt when the row last changed
 * @param links the links it needs beside those of its destination
 * @param link the one of all the links it needs that it waits for; null for none
 * @param plan the steps it goes through; null where it is posted once
 */
public record Standing(
    Status status,
    @Nullable Reason reason,
    @Nullable String detail,
    List<LaneName> lanes,
    List<Long> ranks,
    @Nullable Parked parked,
    @Nullable String destination,
    int step,
    int attempts,
    @Nullable Instant dueAt,
    @Nullable Instant expiresAt,
    @Nullable Instant firstTriedAt,
    long triedAs,
    int run,
    int revision,
    int version,
    Instant changedAt,
    List<String> links,
    @Nullable String link,
    @Nullable Plan plan) {

  /** Of a message that is posted once. */
  public Standing(
      Status status,
      @Nullable Reason reason,
      @Nullable String detail,
      List<LaneName> lanes,
      List<Long> ranks,
      @Nullable Parked parked,
      @Nullable String destination,
      int step,
      int attempts,
      @Nullable Instant dueAt,
      @Nullable Instant expiresAt,
      @Nullable Instant firstTriedAt,
      long triedAs,
      int run,
      int revision,
      int version,
      Instant changedAt,
      List<String> links,
      @Nullable String link) {
    this(
        status,
        reason,
        detail,
        lanes,
        ranks,
        parked,
        destination,
        step,
        attempts,
        dueAt,
        expiresAt,
        firstTriedAt,
        triedAs,
        run,
        revision,
        version,
        changedAt,
        links,
        link,
        null);
  }

  /** Of a message that needs no links but those of its destination, and waits for none. */
  public Standing(
      Status status,
      @Nullable Reason reason,
      @Nullable String detail,
      List<LaneName> lanes,
      List<Long> ranks,
      @Nullable Parked parked,
      @Nullable String destination,
      int step,
      int attempts,
      @Nullable Instant dueAt,
      @Nullable Instant expiresAt,
      @Nullable Instant firstTriedAt,
      long triedAs,
      int run,
      int revision,
      int version,
      Instant changedAt) {
    this(
        status,
        reason,
        detail,
        lanes,
        ranks,
        parked,
        destination,
        step,
        attempts,
        dueAt,
        expiresAt,
        firstTriedAt,
        triedAs,
        run,
        revision,
        version,
        changedAt,
        List.of(),
        null);
  }

  /** Its place in one of its lanes. */
  public long rank(LaneName lane) {
    return ranks.get(lanes.indexOf(lane));
  }
}
