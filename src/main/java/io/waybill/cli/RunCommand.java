package io.waybill.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.core.env.Environment;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Runs the broker until it is told to stop. */
@Command(
    name = "run",
    description = "Runs the broker until it is stopped (Ctrl-C, SIGTERM).",
    footer =
        "%nAny setting may follow, e.g. --server.port=8081 --waybill.max-body=5MB"
            + " --spring.datasource.url=...",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

  private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);

  private static final Pattern SETTING =
      Pattern.compile("--(waybill|spring|server|camel|logging|management)\\.[^=\\s]+=.*");

  @Mixin private final HomeOption home = new HomeOption();

  @Option(
      names = "--held",
      description =
          "Starts with all destinations paused, e.g. on a restored backup; see waybill resume.")
  private boolean held;

  @Unmatched private final List<String> settings = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  @Override
  public Integer call() throws InterruptedException {
    refuseUnknown(settings, spec);
    if (held) {
      settings.add("--waybill.held=true");
    }
    ConfigurableApplicationContext broker;
    try {
      broker = WaybillApplication.start(home.home(), settings);
    } catch (SpringApplication.AbandonedRunException e) {
      return ExitCode.OK;
    } catch (RuntimeException e) {
      // what is wrong has been printed by StartFailureReporter, or logged
      return StartFailures.exitCode(e);
    }
    String port = broker.getEnvironment().getProperty("local.server.port", "8080");
    String address = broker.getEnvironment().getProperty("server.address", "127.0.0.1");
    String scheme = NetworkDoors.encryptedHttp(broker.getEnvironment()) ? "https" : "http";
    tellReady(
        "waybill: ready at %s://%s:%s".formatted(scheme, address, port), broker.getEnvironment());
    awaitEnd(broker);
    return ExitCode.OK;
  }

  /** A line of the log where that is read by programs, which take nothing else. */
  private static void tellReady(String ready, Environment settings) {
    if (settings.containsProperty("logging.structured.format.console")) {
      LOG.info(ready);
    } else {
      System.out.println(ready);
    }
  }

  /** What follows the options has to look like a setting. */
  static void refuseUnknown(List<String> settings, @Nullable CommandSpec spec) {
    for (String setting : settings) {
      if (!SETTING.matcher(setting).matches() && spec != null) {
        throw new ParameterException(
            spec.commandLine(),
            "'%s' is not an option of %s; settings are written --waybill.x=y."
                .formatted(setting, spec.name()));
      }
    }
  }

  private static void awaitEnd(ConfigurableApplicationContext broker) throws InterruptedException {
    CountDownLatch ended = new CountDownLatch(1);
    broker.addApplicationListener((ApplicationListener<ContextClosedEvent>) e -> ended.countDown());
    ended.await();
  }
}
