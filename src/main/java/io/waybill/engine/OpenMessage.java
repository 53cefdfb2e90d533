package io.waybill.engine;

import io.waybill.message.LaneName;
import io.waybill.message.MessageRow;
import io.waybill.message.Parked;
import io.waybill.message.Plan;
import io.waybill.message.Reason;
import io.waybill.message.Received;
import io.waybill.message.Standing;
import io.waybill.message.Status;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A message in the engine's memory: references and numbers, no payload. */
final class OpenMessage {

  Received received;
  Status status;
  @Nullable Reason reason;
  @Nullable String detail;
  List<LaneName> lanes;
  List<Long> ranks;

  /** Where it stands in its lanes, one for each of its ranks. */
  List<Place> places = List.of();

  /** How it is tied to others beyond its lane; null for most. */
  @Nullable Tie tie;

  @Nullable Parked parked;

  /** Whether it is to be forgotten as soon as the table has that it is parked. */
  boolean leaves;

  /** Memory has left it to the table, so whoever still holds it must leave it alone. */
  boolean forgotten;

  @Nullable String destination;
  @Nullable Exit exit;

  /** The links it needs beside those of its destination, and the gates of all of them. */
  List<String> links;

  List<LinkGate> gates = List.of();

  /** The link it waits for. */
  @Nullable String link;

  /** Whether a gate counts it as on its way. */
  boolean passing;

  /** Whether a gate is just letting it through. */
  boolean released;

  /** Whether its sender has just been given its refusal, so that nobody has to decide. */
  boolean answered;

  /** The steps it goes through; null where it is posted once. */
  @Nullable Plan plan;

  int step;
  int attempts;

  /** How often it was asked for in vain since its answer was lost, as far as memory knows. */
  int questions;

  /** The message of its lane that is posted before it, while both are being posted. */
  @Nullable OpenMessage after;

  @Nullable Instant dueAt;
  @Nullable Instant expiresAt;
  @Nullable Instant firstTriedAt;
  long triedAs;
  int run;
  int revision;
  int version;
  Instant changedAt;

  OpenMessage(MessageRow row) {
    received = row.received();
    Standing standing = row.standing();
    status = standing.status();
    reason = standing.reason();
    detail = standing.detail();
    lanes = standing.lanes();
    ranks = standing.ranks();
    parked = standing.parked();
    destination = standing.destination();
    step = standing.step();
    attempts = standing.attempts();
    dueAt = standing.dueAt();
    expiresAt = standing.expiresAt();
    firstTriedAt = standing.firstTriedAt();
    triedAs = standing.triedAs();
    run = standing.run();
    revision = standing.revision();
    version = standing.version();
    changedAt = standing.changedAt();
    links = standing.links();
    link = standing.link();
    plan = standing.plan();
  }

  long seq() {
    return received.seq();
  }

  /** Whether it holds a place in its lanes, or needs none to be posted. */
  boolean inPlace() {
    return (ranks.size() == lanes.size() || freed()) && destination != null;
  }

  /** Whether its process has come so far that it has left its lanes for good. */
  boolean freed() {
    return plan != null && ranks.isEmpty() && !plan.holdsLanes(step);
  }

  /** Whether a step of its process has ended, so that it cannot be overtaken any more. */
  boolean begun() {
    return plan != null && step > plan.first();
  }

  /** Whether it leaves its lanes when what is being posted now has succeeded. */
  boolean leavesLanesNext() {
    return plan == null || plan.freesLanesAfter(step);
  }

  /** Whether the engine has nothing more to do with it until a person or a duplicate comes. */
  boolean atRest() {
    return status.closed() || (status == Status.FAILED && ranks.isEmpty());
  }

  /** Whether it lacks something that it needs. */
  boolean waits() {
    return tie != null && !tie.waits.isEmpty();
  }

  MessageRow row() {
    return new MessageRow(
        received,
        new Standing(
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
            plan));
  }
}
