package io.waybill.cli.demo;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What is sent, by which way, in which order: shuffled between lanes, in order within each, and
 * some of it twice. The same seed gives the same plan.
 *
 * @param first for each way in, what it sends while the others do the same
 * @param later what is sent again by HTTP when everything has been posted
 */
record Plan(Map<Source, List<Sending>> first, List<Sample> later) {

  private static final int REPEATED_PER_SOURCE = 3;
  private static final int REPEATED_LATER = 2;

  /**
   * One sending.
   *
   * @param again whether the same was sent before
   */
  record Sending(Sample sample, boolean again) {}

  static Plan of(List<Sample> samples, long seed) {
    Random random = new Random(seed);
    Map<Source, List<Sending>> first = new LinkedHashMap<>();
    for (Source source : Source.values()) {
      List<Sample> own = samples.stream().filter(s -> s.source() == source).toList();
      first.put(source, withRepetitions(shuffled(own, random), random));
    }
    List<Sample> byJms =
        new ArrayList<>(samples.stream().filter(s -> s.source() == Source.JMS).toList());
    List<Sample> byHttp =
        new ArrayList<>(samples.stream().filter(s -> s.source() == Source.HTTP).toList());
    List<Sample> later = new ArrayList<>(some(byHttp, 1, random));
    later.addAll(some(byJms, REPEATED_LATER, random));
    return new Plan(first, later);
  }

  /** Takes from the lanes by lot, always the next of each. */
  private static List<Sample> shuffled(List<Sample> samples, Random random) {
    Map<String, Deque<Sample>> lanes = new LinkedHashMap<>();
    for (Sample sample : samples) {
      lanes.computeIfAbsent(sample.thread(), any -> new ArrayDeque<>()).add(sample);
    }
    List<Deque<Sample>> open = new ArrayList<>(lanes.values());
    List<Sample> order = new ArrayList<>();
    while (!open.isEmpty()) {
      int lot = random.nextInt(open.size());
      order.add(open.get(lot).removeFirst());
      if (open.get(lot).isEmpty()) {
        open.remove(lot);
      }
    }
    return order;
  }

  /**
   * A repetition comes after its first sending and before the last document, which tells that all
   * before it has been taken: a queue gives no answer to its sender.
   */
  private static List<Sending> withRepetitions(List<Sample> order, Random random) {
    List<Sending> all = new ArrayList<>();
    order.forEach(sample -> all.add(new Sending(sample, false)));
    int last = order.size() - 1;
    for (Sample sample : some(order.subList(0, Math.max(0, last)), REPEATED_PER_SOURCE, random)) {
      int after = all.indexOf(new Sending(sample, false)) + 1;
      all.add(after + random.nextInt(all.size() - after), new Sending(sample, true));
    }
    return all;
  }

  private static List<Sample> some(List<Sample> from, int count, Random random) {
    List<Sample> left = new ArrayList<>(from);
    List<Sample> chosen = new ArrayList<>();
    while (chosen.size() < count && !left.isEmpty()) {
      chosen.add(left.remove(random.nextInt(left.size())));
    }
    return chosen;
  }

  /** How many documents there are, repetitions left out. */
  int documents() {
    return (int)
        first.values().stream().flatMap(Collection::stream).filter(s -> !s.again()).count();
  }

  /** How many documents come that way, repetitions left out. */
  int documents(Source source) {
    return (int) first.getOrDefault(source, List.of()).stream().filter(s -> !s.again()).count();
  }

  /** For each lane, and what has none, its documents in the order in which they are sent. */
  Map<String, List<Sample>> lanes() {
    Map<String, List<Sample>> lanes = new LinkedHashMap<>();
    first.values().stream()
        .flatMap(Collection::stream)
        .filter(sending -> !sending.again())
        .map(Sending::sample)
        .forEach(s -> lanes.computeIfAbsent(s.thread(), any -> new ArrayList<>()).add(s));
    return lanes;
  }
}
