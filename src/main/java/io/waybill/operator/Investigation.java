package io.waybill.operator;

import io.waybill.journal.Moment;
import io.waybill.journal.Moment.Stand;
import io.waybill.message.MessageRow;
import io.waybill.message.Reason;
import io.waybill.message.Standing;
import io.waybill.operator.Why.Cause;
import io.waybill.operator.Why.Kind;
import io.waybill.operator.Why.Root;
import io.waybill.operator.Why.Told;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Follows the chain from one message to what has to change, in one moment of the state table. It
 * goes by the gates in the order in which the engine asks them: what is required, the turn in each
 * lane, pauses, links, the destination, its route, a free slot.
 *
 * <p>Each message is told of once, so that a circle ends; and the chain is bounded in depth and in
 * all, so that no answer takes long.
 */
final class Investigation {

  private static final int DEEPEST = 12;
  private static final int MOST = 60;
  private static final int ROOTS = 5;

  private final Moment moment;
  private final Gates gates;
  private final Prerequisites prerequisites;
  private final Set<Long> told = new HashSet<>();
  private final Set<Long> path = new HashSet<>();

  Investigation(Moment moment, Gates gates, Prerequisites prerequisites) {
    this.moment = moment;
    this.gates = gates;
    this.prerequisites = prerequisites;
  }

  Optional<Why> of(long seq) {
    return moment
        .message(seq)
        .map(
            row -> {
              Why.Link link = follow(row);
              Set<Root> roots = new LinkedHashSet<>();
              gather(link, roots);
              List<Root> all = List.copyOf(roots);
              return new Why(
                  moment.at(), link, all.get(0), all.subList(1, Math.min(all.size(), 1 + ROOTS)));
            });
  }

  private Why.Link follow(MessageRow row) {
    String says = Remedies.says(row);
    if (row.standing().status().closed()) {
      return new Why.Link(row, says, List.of(), List.of(), Told.HERE);
    }
    if (path.contains(row.seq())) {
      return new Why.Link(row, says, List.of(), List.of(), Told.CIRCLE);
    }
    if (told.contains(row.seq())) {
      return new Why.Link(row, says, List.of(), List.of(), Told.ABOVE);
    }
    List<Stand> stands = moment.stands(row.seq());
    if (path.size() == DEEPEST || told.size() == MOST) {
      return new Why.Link(row, says, stands, List.of(), Told.ELSEWHERE);
    }
    told.add(row.seq());
    path.add(row.seq());
    List<Cause> causes = causes(row, stands);
    path.remove(row.seq());
    return new Why.Link(row, says, stands, causes, Told.HERE);
  }

  private List<Cause> causes(MessageRow row, List<Stand> stands) {
    Standing standing = row.standing();
    List<Cause> causes = new ArrayList<>();
    switch (standing.status()) {
      case POSTING -> {
        turns(stands, causes);
        causes.add(gates.posting(row));
      }
      case IN_DOUBT -> causes.add(Remedies.inDoubt(row));
      case FAILED -> {
        causes.add(Remedies.failed(row));
        if (standing.reason() == Reason.PREREQUISITE) {
          missing(row, causes);
        }
      }
      case CANCELLING -> causes.add(Remedies.cancelling(row));
      case RETRIABLE -> causes.add(gates.retriable(row));
      case SUBMITTED, RETRY -> queued(row, stands, causes);
      case POSTED, SKIPPED, CANCELLED -> {
        // closed: nothing is in its way
      }
    }
    return causes;
  }

  private void queued(MessageRow row, List<Stand> stands, List<Cause> causes) {
    if (gates.unspecified(row)) {
      causes.add(gates.noDestination(row));
      return;
    }
    missing(row, causes);
    Cause other = Remedies.other(row);
    if (other != null) {
      causes.add(other);
    }
    turns(stands, causes);
    if (causes.isEmpty()) {
      gates.closed(row, causes);
    }
    if (causes.isEmpty()) {
      causes.add(gates.free(row));
    }
  }

  /** Whoever is first in a lane has to go first; in several lanes it may be the same message. */
  private void turns(List<Stand> stands, List<Cause> causes) {
    for (Stand stand : stands) {
      if (stand.ahead() > 0) {
        Why.@Nullable Link first = moment.message(stand.first()).map(this::follow).orElse(null);
        String text =
            "place %d in lane %s; message %d is first there"
                .formatted(stand.ahead() + 1, stand.lane(), stand.first());
        causes.add(Cause.of(Kind.TURN, stand.lane().toString(), text, null).waitingFor(first));
      }
    }
  }

  private void missing(MessageRow row, List<Cause> causes) {
    for (Prerequisites.Missing missing : prerequisites.missing(row)) {
      MessageRow from = missing.from();
      causes.add(missing.cause().waitingFor(from == null ? null : follow(from)));
    }
  }

  /** The ends of all branches, in the order in which they decide. */
  private static void gather(Why.Link link, Set<Root> roots) {
    long seq = link.row().seq();
    switch (link.told()) {
      case ABOVE -> {
        // its ends are among those gathered
      }
      case CIRCLE ->
          roots.add(
              new Root(
                  seq,
                  Kind.CIRCLE,
                  null,
                  "message %d waits for itself by way of others".formatted(seq),
                  "waive a prerequisite of one of them, or skip one"));
      case ELSEWHERE ->
          roots.add(
              new Root(
                  seq,
                  Kind.OTHER,
                  null,
                  link.says() + "; the chain goes on from there",
                  "ask why of message " + seq));
      case HERE -> gatherHere(link, roots);
    }
  }

  private static void gatherHere(Why.Link link, Set<Root> roots) {
    long seq = link.row().seq();
    if (link.causes().isEmpty()) {
      roots.add(new Root(seq, Kind.NOTHING, null, link.says(), null));
    }
    for (Cause cause : link.causes()) {
      Why.Link first = cause.message();
      if (first == null || first.row().standing().status().closed()) {
        roots.add(new Root(seq, cause.kind(), cause.about(), cause.text(), cause.help()));
      } else {
        gather(first, roots);
      }
    }
  }
}
