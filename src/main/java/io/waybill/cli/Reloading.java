package io.waybill.cli;

import io.waybill.broker.ActionRefused;
import io.waybill.broker.Broker;
import io.waybill.broker.NotNow;
import io.waybill.camel.RouteFiles;
import io.waybill.camel.RouteSwap;
import io.waybill.operator.Reloads;
import io.waybill.operator.SubmissionHeaders;
import io.waybill.spec.Place;
import io.waybill.spec.Specification;
import io.waybill.spec.load.Problem;
import io.waybill.spec.load.Problem.Severity;
import io.waybill.spec.load.SpecificationException;
import io.waybill.spec.load.SpecificationLoader;
import io.waybill.spec.read.Reader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads configuration and routes again. Everything is checked before anything is touched; then the
 * specification is exchanged in one turn of the loop, and after it the routes that changed. Where a
 * route does not start after all, both go back.
 */
final class Reloading implements Reloads {

  private static final Logger LOG = LoggerFactory.getLogger(Reloading.class);
  private static final int PATIENCE_SECONDS = 60;

  private final Broker broker;
  private final RouteSwap routes;
  private final SubmissionHeaders headers;
  private final Home home;
  private final Map<String, String> overrides;
  private final int largest;
  private String loaded;

  Reloading(
      Broker broker,
      RouteSwap routes,
      SubmissionHeaders headers,
      Home home,
      Rules rules,
      int largest) {
    this.broker = broker;
    this.routes = routes;
    this.headers = headers;
    this.home = home;
    this.overrides = rules.overrides();
    this.loaded = rules.written();
    this.largest = largest;
  }

  /**
   * The rules that the broker began with.
   *
   * @param overrides what the command line sets on top of the files
   * @param written the files as they were
   */
  record Rules(Map<String, String> overrides, String written) {}

  /** The text of all files of configuration, to see whether one changed. */
  static String written(Path config) {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> files = Files.isDirectory(config) ? Files.list(config) : Stream.empty()) {
      for (Path file : files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList()) {
        all.append(file.getFileName())
            .append(HexFormat.of().formatHex(Files.readAllBytes(file)))
            .append('\n');
      }
    } catch (IOException e) {
      return "unreadable: " + e;
    }
    return all.toString();
  }

  @Override
  public synchronized Outcome reload(String who, String why, boolean dryRun) {
    Outcome outcome = attempt(who, why, dryRun);
    if (dryRun) {
      return outcome;
    }
    if (outcome.refused()) {
      LOG.error("Reload by {} refused, the rules and routes before go on:\n{}", who, text(outcome));
    } else {
      LOG.info(
          "Reload by {}: specification {}, routes {}",
          who,
          outcome.specification() ? "exchanged" : "as before",
          outcome.routes().isEmpty() ? "as before" : String.join(", ", outcome.routes()));
    }
    return outcome;
  }

  private static String text(Outcome outcome) {
    StringBuilder text = new StringBuilder();
    outcome.problems().forEach(problem -> text.append("  ").append(problem).append('\n'));
    return text.toString().stripTrailing();
  }

  private Outcome attempt(String who, String why, boolean dryRun) {
    String written = written(home.config());
    List<Problem> problems = new ArrayList<>(SpecificationLoader.check(home.config(), overrides));
    Specification after = null;
    if (noError(problems)) {
      try {
        after = SpecificationLoader.load(home.config(), overrides);
      } catch (SpecificationException e) {
        problems.addAll(e.problems());
      }
    }
    RouteFiles files = RouteFiles.read(home.routes());
    problems.addAll(files.check(after));
    if (after == null || !noError(problems)) {
      return new Outcome(problems, false, Set.of());
    }
    Specification before = broker.specification();
    Set<String> changed = routes.changed(files, before, after);
    problems.addAll(routes.objections(files, changed));
    boolean other = !written.equals(loaded);
    if (dryRun || !noError(problems) || (!other && changed.isEmpty())) {
      return new Outcome(problems, other, changed);
    }
    return exchange(new Change(before, after, other, files, changed), written, problems, who, why);
  }

  private record Change(
      Specification before,
      Specification after,
      boolean other,
      RouteFiles files,
      Set<String> changed) {}

  private Outcome exchange(
      Change change, String written, List<Problem> problems, String who, String why) {
    Specification present = change.other() ? change.after() : change.before();
    if (change.other()) {
      String refused = follow(present, who, why);
      if (refused != null) {
        problems.add(new Problem(Severity.ERROR, new Place("config", 0), refused));
        return new Outcome(problems, true, change.changed());
      }
    }
    try {
      routes.exchange(change.files(), change.changed());
    } catch (RouteSwap.NotStarted e) {
      problems.add(e.problem());
      if (change.other()) {
        String stuck = follow(change.before(), who, "a route did not start: " + why);
        if (stuck != null) {
          problems.add(
              new Problem(
                  Severity.ERROR,
                  new Place("config", 0),
                  "the rules before do not come back: " + stuck));
        }
      }
      return new Outcome(problems, change.other(), change.changed());
    }
    loaded = written;
    return new Outcome(problems, change.other(), change.changed());
  }

  /** Returns why it is refused, or null. */
  private @Nullable String follow(Specification specification, String who, String why) {
    // what expressions may see has to be let in before they are asked
    routes.follow(specification);
    headers.follow(specification);
    Reader reader = new Reader(specification, largest);
    try {
      broker.reload(specification, reader::read, who, why).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      return null;
    } catch (ExecutionException e) {
      if (e.getCause() instanceof ActionRefused refused) {
        return refused.getMessage();
      }
      if (e.getCause() instanceof NotNow notNow) {
        throw notNow;
      }
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new NotNow(
          "The journal did not answer in time. The new rules may hold or not; reload again.",
          Duration.ofSeconds(5));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NotNow("Interrupted; reload again.", Duration.ofSeconds(1));
    }
  }

  private static boolean noError(List<Problem> problems) {
    return problems.stream().noneMatch(problem -> problem.severity() == Severity.ERROR);
  }
}
