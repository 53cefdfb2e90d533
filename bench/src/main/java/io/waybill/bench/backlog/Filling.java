package io.waybill.bench.backlog;

import io.waybill.bench.run.Visit;
import io.waybill.bench.run.Waiting;
import io.waybill.bench.work.Documents;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Sends a backlog to a broker that cannot post, and watches its heap meanwhile. */
final class Filling {

  private static final int PORTION = 500;

  /** Neither does the JMS server hold the backlog, nor does the broker wait for the producer. */
  private static final int MOST_AHEAD = 20_000;

  /** How often the heap is looked at. */
  private static final int LOOKS = 10;

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Visit visit;
  private final int number;
  private final List<Double> heap = new ArrayList<>();
  private double perSecond;

  Filling(Visit visit, int number) {
    this.visit = visit;
    this.number = number;
  }

  void fill(Documents documents) throws Exception {
    try (Heap of = Heap.of(visit.process())) {
      long nanos = 0;
      for (int look = 1; look <= LOOKS; look++) {
        int sofar = (int) ((long) number * (look - 1) / LOOKS);
        int next = (int) ((long) number * look / LOOKS) - sofar;
        long begin = System.nanoTime();
        send(documents, next);
        nanos += System.nanoTime() - begin;
        heap.add(of.usedMib());
      }
      perSecond = number / (nanos / 1e9);
    }
  }

  private void send(Documents documents, int next) throws Exception {
    for (int left = next; left > 0; left -= PORTION) {
      awaitIn(MOST_AHEAD - PORTION);
      visit.producer().send(documents, Math.min(PORTION, left));
    }
    awaitIn(0);
  }

  private void awaitIn(int most) {
    Waiting.until(
        "the intake of a backlog",
        PATIENCE,
        () -> {
          visit.requireAlive();
          return visit.queues().size(visit.stage().in()) <= most;
        });
  }

  /** Documents a second that came into the journal. */
  double perSecond() {
    return perSecond;
  }

  /** The heap after a collection when all are there, against that when three tenths were. */
  double heapGrowth() {
    return heap.get(LOOKS - 1) / heap.get(LOOKS * 3 / 10 - 1);
  }

  /** The heap after a collection, in MiB, by the number of open messages. */
  Map<String, Double> heap() {
    Map<String, Double> told = new TreeMap<>();
    for (int look = 1; look <= LOOKS; look++) {
      told.put("heap_mib_at_%07d".formatted((long) number * look / LOOKS), heap.get(look - 1));
    }
    return told;
  }
}
