package io.waybill.judge;

import io.waybill.message.LaneName;
import io.waybill.message.MessageKey;
import io.waybill.message.Numbered;
import io.waybill.message.Status;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether the broker has kept its promises, by comparing what was sent, what arrived at the
 * destinations and what the state table says. It knows nothing of the inside of the broker.
 *
 * <p>Each promise has a letter, and each breach is reported under one letter only: what is a
 * question of another promise is left to that one.
 */
public final class HistoryChecker {

  private final Evidence evidence;
  private final List<Finding> findings = new ArrayList<>();
  private final Map<MessageKey, List<Sent>> sent = new LinkedHashMap<>();
  private final Map<String, List<Sent>> sentByHash = new HashMap<>();
  private final Map<MessageKey, Row> rows = new HashMap<>();
  private final Map<String, List<Row>> rowsByHash = new HashMap<>();
  private final Map<MessageKey, List<Effect>> effects = new HashMap<>();
  private final Histories histories;

  private record Effect(String destination, Arrival arrival) {}

  private HistoryChecker(Evidence evidence) {
    this.evidence = evidence;
    this.histories = new Histories(evidence, findings);
    for (Sent one : evidence.sent()) {
      sent.computeIfAbsent(one.key(), key -> new ArrayList<>()).add(one);
      sentByHash.computeIfAbsent(one.hash(), hash -> new ArrayList<>()).add(one);
    }
    for (Row row : evidence.rows()) {
      rowsByHash.computeIfAbsent(row.hash(), hash -> new ArrayList<>()).add(row);
      // of several rows with one key the effects belong to the one that got furthest: a conflict
      // never gets anywhere
      rows.merge(row.key(), row, (one, other) -> one.status() == Status.FAILED ? other : one);
    }
    evidence
        .logs()
        .forEach(
            (destination, log) ->
                log.stream()
                    .filter(Arrival::effect)
                    .forEach(
                        arrival ->
                            effects
                                .computeIfAbsent(arrival.key(), key -> new ArrayList<>())
                                .add(new Effect(destination, arrival))));
  }

  /** Every breach, or an empty list. */
  public static List<Finding> judge(Evidence evidence) {
    HistoryChecker checker = new HistoryChecker(evidence);
    checker.nothingAcknowledgedIsLost();
    checker.nothingTakesEffectTwice();
    checker.effectsKeepTheOrderOfTheirLane();
    checker.effectsFollowTheNumbersOfTheirLane();
    checker.nothingOvertakesWhatItRequires();
    checker.nothingWasInvented();
    checker.histories.nothingIsWrittenUnderAnOldEpoch();
    checker.nothingIsStuckWithoutReason();
    checker.histories.rewindsLeaveThePastAlone();
    checker.findings.sort(Comparator.comparing(Finding::letter));
    return List.copyOf(checker.findings);
  }

  private void find(Letter letter, String message, String what, @Nullable Object... shown) {
    findings.add(new Finding(letter, message, what.formatted(shown)));
  }

  // L ------------------------------------------------------------------------------------------

  private void nothingAcknowledgedIsLost() {
    for (Sent one : evidence.sent()) {
      if (one.acknowledged() && !hasRow(one)) {
        find(
            Letter.L,
            "acknowledged, and there is no row of it",
            "%s, number %d of %s",
            one.key(),
            one.number(),
            one.source());
      }
    }
    for (Row row : evidence.rows()) {
      String destination = row.destination();
      List<Arrival> log = destination == null ? null : evidence.logs().get(destination);
      if (row.status() == Status.POSTED
          && log != null
          && !histories.settledByPerson(row)
          && !arrived(row.key(), row.run()).contains(destination)) {
        find(
            Letter.L,
            "said to be posted, and '%s' does not have it".formatted(destination),
            "seq %d, %s, run %d",
            row.seq(),
            row.key(),
            row.run());
      }
      if (row.status() == Status.SKIPPED && !histories.closedByPerson(row)) {
        find(Letter.L, "skipped, and nobody decided it", "seq %d, %s", row.seq(), row.key());
      }
    }
    for (Map.Entry<String, List<Arrival>> log : evidence.logs().entrySet()) {
      for (Arrival arrival : log.getValue()) {
        if (arrival.effect()
            && !rows.containsKey(arrival.key())
            && sent.containsKey(arrival.key())
            && sent.get(arrival.key()).stream().noneMatch(Sent::acknowledged)) {
          find(
              Letter.L,
              "'%s' has it, and there is no row of it".formatted(log.getKey()),
              "%s, arrival %d",
              arrival.key(),
              arrival.number());
        }
      }
    }
  }

  /** A row of these bytes under this key, or one of these bytes that could not be keyed. */
  private boolean hasRow(Sent one) {
    return rowsByHash.getOrDefault(one.hash(), List.of()).stream()
        .anyMatch(row -> row.key().equals(one.key()) || row.status() == Status.FAILED);
  }

  /** Where the message had an effect in that run. */
  private Set<String> arrived(MessageKey key, int run) {
    return effects.getOrDefault(key, List.of()).stream()
        .filter(effect -> effect.arrival().run() == run)
        .map(Effect::destination)
        .collect(Collectors.toSet());
  }

  // D ------------------------------------------------------------------------------------------

  private record Task(String destination, MessageKey key, int run, int step) {}

  private void nothingTakesEffectTwice() {
    Map<Task, Arrival> first = new HashMap<>();
    evidence
        .logs()
        .forEach(
            (destination, log) ->
                log.stream()
                    .filter(Arrival::effect)
                    .forEach(arrival -> once(destination, arrival, first)));
  }

  private void once(String destination, Arrival arrival, Map<Task, Arrival> first) {
    Task task = new Task(destination, arrival.key(), arrival.run(), arrival.step());
    Arrival before = first.putIfAbsent(task, arrival);
    Row row = rows.get(arrival.key());
    if (before != null) {
      find(
          Letter.D,
          "took effect twice at '%s'".formatted(destination),
          "%s, run %d, arrivals %d (%s) and %d (%s)",
          arrival.key(),
          arrival.run(),
          before.number(),
          before.postingId(),
          arrival.number(),
          arrival.postingId());
    } else if (row != null && arrival.run() > row.run()) {
      find(
          Letter.D,
          "took effect at '%s' in a run that the state table does not know".formatted(destination),
          "%s, run %d of %d, arrival %d",
          arrival.key(),
          arrival.run(),
          row.run(),
          arrival.number());
    }
  }

  // O ------------------------------------------------------------------------------------------

  private void effectsKeepTheOrderOfTheirLane() {
    Set<MessageKey> movable = new HashSet<>();
    evidence.requirements().forEach(requirement -> movable.add(requirement.required()));
    Set<LaneName> numbered = new HashSet<>();
    evidence.numbers().values().forEach(all -> all.forEach(one -> numbered.add(one.lane())));
    movable.addAll(evidence.numbers().keySet());
    evidence
        .logs()
        .forEach(
            (destination, log) -> {
              Map<String, List<Arrival>> lanes = new LinkedHashMap<>();
              for (Arrival arrival : firstEffects(log)) {
                for (LaneName lane : lanesOf(arrival.key())) {
                  if (numbered.contains(lane)) {
                    continue;
                  }
                  lanes
                      .computeIfAbsent(lane + ", run " + arrival.run(), name -> new ArrayList<>())
                      .add(arrival);
                }
              }
              lanes.forEach((lane, effects) -> inOrderOfSending(destination, lane, effects));
              lanes.forEach(
                  (lane, effects) -> inOrderOfJournal(destination, lane, effects, movable));
            });
  }

  /** A lane that follows numbers keeps their order, whatever was sent or came first. */
  private void effectsFollowTheNumbersOfTheirLane() {
    evidence
        .logs()
        .forEach(
            (destination, log) -> {
              Map<String, Numbered> greatest = new HashMap<>();
              for (Arrival arrival : firstEffects(log)) {
                Row row = rows.get(arrival.key());
                if (row != null && !histories.touchedByPerson(row)) {
                  evidence
                      .numbers()
                      .getOrDefault(arrival.key(), List.of())
                      .forEach(number -> inOrderOfNumbers(destination, arrival, number, greatest));
                }
              }
            });
  }

  private void inOrderOfNumbers(
      String destination, Arrival arrival, Numbered number, Map<String, Numbered> greatest) {
    String lane = number.lane() + ", run " + arrival.run();
    Numbered before = greatest.get(lane);
    if (before != null && before.number() > number.number()) {
      find(
          Letter.O,
          "took effect at '%s' after one with a greater number".formatted(destination),
          "lane %s, %s is number %d, after number %d, arrival %d",
          lane,
          arrival.key(),
          number.number(),
          before.number(),
          arrival.number());
    } else {
      greatest.put(lane, number);
    }
  }

  /** A second effect is a matter of D; here it would accuse its whole lane. */
  private static List<Arrival> firstEffects(List<Arrival> log) {
    Set<String> seen = new HashSet<>();
    return log.stream()
        .filter(Arrival::effect)
        .filter(arrival -> seen.add(arrival.key() + " " + arrival.run() + " " + arrival.step()))
        .toList();
  }

  private List<LaneName> lanesOf(MessageKey key) {
    List<Sent> sendings = sent.getOrDefault(key, List.of());
    return sendings.isEmpty() ? List.of() : sendings.get(0).lanes();
  }

  /**
   * What its source had acknowledged before another was sent at all comes before it. A message that
   * came by several sources may have come by the fastest of them, so it is compared with none.
   */
  private void inOrderOfSending(String destination, String lane, List<Arrival> effects) {
    Map<String, Sent> latest = new HashMap<>();
    for (Arrival arrival : effects) {
      List<Sent> sendings = sent.get(arrival.key());
      for (Sent one : sendings) {
        Sent later = latest.get(one.source());
        if (one.acknowledged() && later != null && one.number() < later.number()) {
          find(
              Letter.O,
              "took effect at '%s' after one that was sent later".formatted(destination),
              "lane %s, %s is number %d of %s, %s is number %d, arrival %d",
              lane,
              one.key(),
              one.number(),
              one.source(),
              later.key(),
              later.number(),
              arrival.number());
          return;
        }
      }
      Sent first = Collections.min(sendings, Comparator.comparingLong(Sent::number));
      if (sendings.stream().allMatch(one -> one.source().equals(first.source()))) {
        latest.merge(
            first.source(), first, (one, other) -> one.number() < other.number() ? other : one);
      }
    }
  }

  /** What is required moves up, and what a person touched may join the end; all else stays. */
  private void inOrderOfJournal(
      String destination, String lane, List<Arrival> effects, Set<MessageKey> movable) {
    Row latest = null;
    for (Arrival arrival : effects) {
      Row row = rows.get(arrival.key());
      if (row == null || movable.contains(row.key()) || histories.touchedByPerson(row)) {
        continue;
      }
      if (latest != null && row.seq() < latest.seq() && !alreadyAccused(row.key())) {
        find(
            Letter.O,
            "took effect at '%s' after one that stood behind it".formatted(destination),
            "lane %s, %s is seq %d, %s is seq %d, arrival %d",
            lane,
            row.key(),
            row.seq(),
            latest.key(),
            latest.seq(),
            arrival.number());
      }
      latest = latest == null || row.seq() > latest.seq() ? row : latest;
    }
  }

  private boolean alreadyAccused(MessageKey key) {
    return findings.stream()
        .anyMatch(
            finding -> finding.letter() == Letter.O && finding.evidence().contains(key.toString()));
  }

  // P ------------------------------------------------------------------------------------------

  private void nothingOvertakesWhatItRequires() {
    for (Requirement requirement : evidence.requirements()) {
      for (Effect effect : effects.getOrDefault(requirement.message(), List.of())) {
        if (!metBefore(effect, requirement.required())) {
          find(
              Letter.P,
              "took effect at '%s' before what it requires".formatted(effect.destination()),
              "%s, arrival %d, requires %s",
              requirement.message(),
              effect.arrival().number(),
              requirement.required());
        }
      }
    }
  }

  /** By the arrivals where both went to one destination, otherwise by the history. */
  private boolean metBefore(Effect effect, MessageKey required) {
    List<Arrival> there =
        effects.getOrDefault(required, List.of()).stream()
            .filter(other -> other.destination().equals(effect.destination()))
            .map(Effect::arrival)
            .toList();
    if (!there.isEmpty()) {
      return there.stream().anyMatch(arrival -> arrival.number() < effect.arrival().number());
    }
    return histories.postedBefore(rows.get(required), rows.get(effect.arrival().key()));
  }

  // G ------------------------------------------------------------------------------------------

  private void nothingWasInvented() {
    for (Map.Entry<String, List<Arrival>> log : evidence.logs().entrySet()) {
      for (Arrival arrival : log.getValue()) {
        List<Sent> sendings = sent.get(arrival.key());
        if (sendings == null) {
          find(
              Letter.G,
              "'%s' has what nobody sent".formatted(log.getKey()),
              "%s, arrival %d, posting %s",
              arrival.key(),
              arrival.number(),
              arrival.postingId());
        } else if (sendings.stream().noneMatch(one -> one.hash().equals(arrival.hash()))) {
          find(
              Letter.G,
              "'%s' has other bytes than were sent".formatted(log.getKey()),
              "%s, arrival %d, SHA-256 %s",
              arrival.key(),
              arrival.number(),
              arrival.hash());
        }
      }
    }
    for (Row row : evidence.rows()) {
      if (!sentByHash.containsKey(row.hash())) {
        find(
            Letter.G,
            sent.containsKey(row.key())
                ? "the state table has other bytes than were sent"
                : "the state table has what nobody sent",
            "seq %d, %s, SHA-256 %s",
            row.seq(),
            row.key(),
            row.hash());
      }
    }
  }

  // V ------------------------------------------------------------------------------------------

  private void nothingIsStuckWithoutReason() {
    Standstill standstill = new Standstill(evidence.rows());
    for (Row row : evidence.rows()) {
      String complaint = standstill.complaint(row);
      if (complaint != null) {
        find(
            Letter.V,
            complaint,
            "seq %d, %s, %s, reason %s, %s",
            row.seq(),
            row.key(),
            row.status().sqlName(),
            row.reason(),
            row.detail());
      }
    }
  }
}
