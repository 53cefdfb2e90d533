package io.waybill.process;

import io.waybill.judge.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;

/**
 * Which program sends which documents in which order, duplicates among them. Most lanes are fed by
 * one program, some by two; a duplicate is sent by the same program or by another one.
 */
final class Plan {

  private static final double DUPLICATES = 0.08;
  private static final double FOREIGN_DUPLICATES = 0.02;
  private static final double SHARED_LANES = 0.2;
  private static final double REQUIRING = 0.1;
  private static final int UNREADABLE_EACH = 3;

  private final int jmsSenders;
  private final List<List<TestDocument>> programs = new ArrayList<>();
  private final List<Requirement> requirements = new ArrayList<>();
  private int told;

  private Plan(int jmsSenders, int httpSenders) {
    this.jmsSenders = jmsSenders;
    for (int i = 0; i < jmsSenders + httpSenders; i++) {
      programs.add(new ArrayList<>());
    }
  }

  /** A plan of so many documents; duplicates and what cannot be read come on top. */
  static Plan make(int documents, int lanes, int jmsSenders, int httpSenders, Random random) {
    Plan plan = new Plan(jmsSenders, httpSenders);
    List<TestDocument> all = new ArrayList<>();
    List<TestDocument> tellings = new ArrayList<>();
    for (int i = 0; i < documents; i++) {
      int lane = i < lanes ? i : random.nextInt(lanes);
      boolean tell = random.nextBoolean();
      plan.told += tell ? 1 : 0;
      String id = "%05d/%d".formatted(i, lane);
      // in lanes that two programs feed, what is required could come late and overtake
      boolean own = !shared(lane, lanes);
      boolean requires = !tell && own && !tellings.isEmpty() && random.nextDouble() < REQUIRING;
      TestDocument document =
          requires
              ? plan.requiring(tellings.get(random.nextInt(tellings.size())), id, "K-" + lane)
              : TestDocument.of(
                  tell ? "TellCustomer" : "PlaceOrder",
                  id,
                  "K-" + lane,
                  "x".repeat(random.nextInt(400)));
      if (tell && own) {
        tellings.add(document);
      }
      all.add(document);
      plan.program(lane, lanes, random).add(document);
      plan.duplicates(all, document, lane, random);
    }
    for (int i = 0; i < plan.programs.size() * UNREADABLE_EACH; i++) {
      List<TestDocument> program = plan.programs.get(i % plan.programs.size());
      program.add(random.nextInt(program.size()), TestDocument.unreadable("number " + i));
    }
    return plan;
  }

  private TestDocument requiring(TestDocument required, String id, String lane) {
    TestDocument document = TestDocument.after(required, id, lane);
    requirements.add(new Requirement(document.key(), required.key()));
    return document;
  }

  private static boolean shared(int lane, int lanes) {
    return lane >= lanes * (1 - SHARED_LANES);
  }

  private List<TestDocument> program(int lane, int lanes, Random random) {
    int own = lane % programs.size();
    return programs.get(
        shared(lane, lanes) && random.nextBoolean() ? (own + 1) % programs.size() : own);
  }

  private void duplicates(List<TestDocument> all, TestDocument document, int lane, Random random) {
    List<TestDocument> own = programs.get(lane % programs.size());
    if (random.nextDouble() < DUPLICATES) {
      int recent = own.size() - 1 - random.nextInt(Math.min(own.size(), 50) + 1);
      own.add(recent < 0 ? document : own.get(recent));
    }
    if (random.nextDouble() < FOREIGN_DUPLICATES) {
      programs.get(random.nextInt(programs.size())).add(all.get(random.nextInt(all.size())));
    }
  }

  /** Starts all programs. */
  List<Future<?>> start(Sending sending, ExecutorService executor, long seed) {
    List<Future<?>> running = new ArrayList<>();
    for (int i = 0; i < programs.size(); i++) {
      running.add(
          executor.submit(
              i < jmsSenders
                  ? new JmsSender("jms " + i, programs.get(i), sending, seed + 10 + i)
                  : new HttpSender("http " + i, programs.get(i), sending)));
    }
    return running;
  }

  /** How many sendings there are, duplicates included. */
  long sendings() {
    return programs.stream().mapToLong(List::size).sum();
  }

  /** How many documents go to the destination by HTTP. */
  int told() {
    return told;
  }

  /** What has to be posted before what. */
  List<Requirement> requirements() {
    return List.copyOf(requirements);
  }

  int unreadable() {
    return programs.size() * UNREADABLE_EACH;
  }
}
