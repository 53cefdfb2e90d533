package io.waybill.bench;

import io.waybill.bench.baseline.BaselineCandidate;
import io.waybill.bench.candidate.Candidate;
import io.waybill.bench.engine.EngineBench;
import io.waybill.bench.lane.HotLane;
import io.waybill.bench.limit.LimitCandidate;
import io.waybill.bench.peers.DbosCandidate;
import io.waybill.bench.peers.IntegrationCandidate;
import io.waybill.bench.peers.OutboxCandidate;
import io.waybill.bench.peers.PeersBuild;
import io.waybill.bench.peers.RestateCandidate;
import io.waybill.bench.report.Machine;
import io.waybill.bench.report.Report;
import io.waybill.bench.run.Condition;
import io.waybill.bench.run.Measurement;
import io.waybill.bench.run.Plan;
import io.waybill.bench.run.Results;
import io.waybill.bench.services.Servers;
import io.waybill.bench.waybill.WaybillCandidate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Entry point: measures, and tells what it has measured. */
@Command(
    name = "waybill bench",
    description =
        "Measures Waybill beside a hand-built Camel application, its peers and the limit.",
    mixinStandardHelpOptions = true)
public final class Bench implements Callable<Integer> {

  /** The memory of every candidate's JVM, and of the JVM of Artemis. */
  private static final List<String> CANDIDATE_JVM = List.of("-Xmx1g");

  private static final List<String> SERVERS_JVM = List.of("-Xmx3g");

  private static final long BEGIN = System.nanoTime();

  /** The quick bench rather warms the others up than measures these too. */
  private static final Set<String> NOT_QUICK =
      Set.of(
          new BaselineCandidate(4).name(),
          BaselineCandidate.fast(1).name(),
          BaselineCandidate.fast(16).name());

  @Spec private @Nullable CommandSpec command;

  @Mixin private PlanOptions planOptions = new PlanOptions();

  @Option(names = "--json", description = "prints the report as JSON, and nothing else")
  private boolean json;

  @Option(
      names = "--only",
      split = ",",
      paramLabel = "NAME",
      description = "measures these candidates and no others")
  private List<String> only = List.of();

  @Option(
      names = "--candidate-jvm",
      paramLabel = "OPTION",
      description = "a further option for the JVM of every candidate, such as a recording")
  private List<String> furtherJvm = List.of();

  @Option(
      names = "--also",
      paramLabel = "NAME=JAR",
      description = "another packaged broker beside this one, such as that of an earlier commit")
  private Map<String, Path> others = Map.of();

  @Option(
      names = "--engine",
      description = "measures the engine alone, by JMH, and nothing else; about 4 minutes")
  private boolean engineAlone;

  @Parameters(
      paramLabel = "JMH",
      arity = "0..*",
      description =
          "with --engine, after --: which benchmarks (regular expressions) and JMH's own options,"
              + " e.g. ./waybill bench --engine -- Parked -prof gc")
  private List<String> forJmh = List.of();

  @Option(names = "--jar", required = true, hidden = true, description = "the packaged broker")
  private Path jar = Path.of("");

  @Option(names = "--folder", required = true, hidden = true, description = "the folder bench/")
  private Path folder = Path.of("");

  @Option(
      names = "--broker-jvm",
      hidden = true,
      description = "an option that the script gives the JVM of the broker")
  private List<String> brokerJvm = List.of();

  /** Runs the command and ends the process. */
  public static void main(String[] arguments) {
    Locale.setDefault(Locale.ROOT);
    System.exit(new CommandLine(new Bench()).execute(arguments));
  }

  @Override
  public Integer call() throws Exception {
    Plan plan = planOptions.plan();
    List<Condition> conditions = planOptions.conditions();
    Path target = folder.resolve("target").toAbsolutePath();
    endProcessesWithThisOne();
    if (engineAlone) {
      EngineBench bench = new EngineBench(target.resolve("report"), line -> progress("%s", line));
      String tables = bench.run(forJmh);
      System.out.println(json ? bench.json() : tables);
      return 0;
    }
    if (!forJmh.isEmpty()) {
      throw new CommandLine.ParameterException(
          Objects.requireNonNull(command).commandLine(),
          "Only with --engine is there something to choose: " + String.join(" ", forJmh));
    }
    List<Candidate> candidates = candidates(conditions);
    Path run = target.resolve("run");
    delete(run);
    List<String> jvm = new ArrayList<>(CANDIDATE_JVM);
    jvm.addAll(furtherJvm);
    Results results;
    Machine machine;
    try (Servers servers = Servers.start(run.resolve("servers"), SERVERS_JVM)) {
      machine = Machine.look(run, servers);
      results =
          new Measurement(servers, plan, candidates, conditions, run, jvm, Bench::progress).run();
    }
    Report report = new Report(machine, plan, results, jvm);
    report.write(target.resolve("report"));
    System.out.println(json ? report.json() : report.table());
    if (!json) {
      progress("The whole report is in %s", target.resolve("report"));
    }
    return 0;
  }

  /** Everybody who can be measured under one of these at least; another one is another line. */
  private List<Candidate> candidates(List<Condition> conditions) {
    List<Candidate> all = new ArrayList<>();
    Collections.addAll(
        all,
        new BaselineCandidate(1),
        new BaselineCandidate(4),
        new BaselineCandidate(16),
        new BaselineCandidate(64),
        BaselineCandidate.fast(1),
        BaselineCandidate.fast(16),
        new LimitCandidate(),
        waybill("waybill", jar));
    others.forEach((name, otherJar) -> all.add(waybill("waybill-" + name, otherJar)));
    all.addAll(HotLane.senders());
    if (!planOptions.quick() || !only.isEmpty()) {
      all.addAll(peers());
    }
    requireKnown(all.stream().map(Candidate::name).toList());
    return all.stream()
        .filter(candidate -> only.isEmpty() || only.contains(candidate.name()))
        .filter(
            candidate ->
                !only.isEmpty() || !planOptions.quick() || !NOT_QUICK.contains(candidate.name()))
        .filter(candidate -> conditions.stream().anyMatch(it -> Results.asked(candidate, it)))
        .toList();
  }

  private void requireKnown(List<String> names) {
    for (String name : only) {
      if (!names.contains(name)) {
        throw new CommandLine.ParameterException(
            Objects.requireNonNull(command).commandLine(),
            "There is no candidate '%s'; there are: %s. One of --also is called waybill-NAME"
                .formatted(name, String.join(", ", names)));
      }
    }
  }

  /** Those whose programs the script builds only when they are measured. */
  private List<Candidate> peers() {
    PeersBuild build = new PeersBuild(folder.resolve("target/peers"));
    return List.of(
        new OutboxCandidate(build, 1),
        new OutboxCandidate(build, 16),
        new IntegrationCandidate(build, 1),
        new IntegrationCandidate(build, 16),
        new DbosCandidate(build, 1),
        new DbosCandidate(build, 50),
        new RestateCandidate(build));
  }

  private WaybillCandidate waybill(String name, Path itsJar) {
    return new WaybillCandidate(name, itsJar, folder.resolve("home"), brokerJvm);
  }

  private static void progress(String text, Object... values) {
    System.err.printf(
        "%4d s  %s%n", (System.nanoTime() - BEGIN) / 1_000_000_000, text.formatted(values));
  }

  /** Ctrl-C must leave nothing running. */
  private static void endProcessesWithThisOne() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> ProcessHandle.current().children().forEach(ProcessHandle::destroy),
                "end-children"));
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }
}
