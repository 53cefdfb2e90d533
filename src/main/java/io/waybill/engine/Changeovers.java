package io.waybill.engine;

import io.waybill.message.Changeover;
import io.waybill.message.Need;
import io.waybill.message.PostedAs;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;

/**
 * The changes of how messages keep order that are under way. A message that came after one needs
 * its end, as it may need other things; that comes when the last of those before has closed.
 */
final class Changeovers {

  /** One under way, and who of those that came before is still open. */
  private record Open(Changeover changeover, OpenSeqs left) {}

  private final Ties ties;
  private final List<Open> open = new ArrayList<>();

  Changeovers(Ties ties) {
    this.ties = ties;
  }

  /** Takes one over; what is returned is told who came before it and is open. */
  LongConsumer load(Changeover changeover) {
    Open loaded = new Open(changeover, new OpenSeqs());
    open.add(loaded);
    ties.require(Set.of(changeover.end().kind()));
    return loaded.left()::add;
  }

  /**
   * A message takes its place by the present rules: it has to wait for those before it. Not so if
   * one that waits already waits for this one: then neither would ever go.
   */
  void hold(OpenMessage message) {
    if (open.isEmpty() || (message.tie != null && ties.missed(message.tie))) {
      return;
    }
    List<Need> needs = new ArrayList<>(message.received.needs());
    for (Open each : open) {
      if (each.changeover().operations().contains(message.received.operation())) {
        needs.add(each.changeover().need());
      }
    }
    if (needs.size() > message.received.needs().size()) {
      message.received = message.received.needing(List.copyOf(needs));
      ties.renew(message);
    }
  }

  /** A message left its lanes, or closed; returns what that was the end of. */
  List<PostedAs> left(long seq) {
    if (open.isEmpty()) {
      return List.of();
    }
    open.forEach(each -> each.left().remove(seq));
    return over();
  }

  /** What is over. */
  List<PostedAs> over() {
    List<PostedAs> over =
        open.stream()
            .filter(each -> each.left().isEmpty())
            .map(each -> each.changeover().end())
            .toList();
    open.removeIf(each -> each.left().isEmpty());
    return over;
  }
}
