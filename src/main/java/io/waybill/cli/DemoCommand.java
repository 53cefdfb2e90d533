package io.waybill.cli;

import io.waybill.cli.demo.Addresses;
import io.waybill.cli.demo.Demo;
import io.waybill.cli.demo.SampleCrm;
import io.waybill.cli.demo.Screen;
import io.waybill.embedded.EmbeddedStartException;
import io.waybill.embedded.KeptPostgres;
import io.waybill.operator.AccessSettingsException;
import io.waybill.operator.AdminPassword;
import io.waybill.operator.Passwords;
import jakarta.jms.JMSException;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.boot.system.ApplicationHome;
import org.springframework.context.ApplicationListener;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.event.ContextClosedEvent;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Shows the main job at work. */
@Command(
    name = "demo",
    description = "Starts a broker, sends it the samples, and shows how they are posted.",
    footer = "%nSettings may follow, as with run. The data are in data/demo, made anew each time.",
    mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

  private static final String HTTP_PORT = "server.port";
  private static final String ACCEPTOR = "waybill.acceptor";

  @Option(
      names = "--home",
      paramLabel = "DIR",
      description = "Folder with config/, routes/ and samples/ (default: that of Waybill itself).")
  private @Nullable Path folder;

  @Option(names = "--once", description = "End when all is posted, with exit code 0.")
  private boolean once;

  @Option(
      names = "--seed",
      description = "Another number shuffles the documents otherwise (default: ${DEFAULT-VALUE}).",
      defaultValue = "1")
  private long seed;

  @Unmatched private final List<String> settings = new ArrayList<>();

  @Spec private @Nullable CommandSpec spec;

  private final Screen screen = Screen.standard();

  @Override
  public Integer call() throws Exception {
    Home home = home();
    Map<String, String> given = given();
    // what is said before the log has its place would stand between the demo's own words
    LoggingSystem.get(DemoCommand.class.getClassLoader()).beforeInitialize();
    Path data = home.resolve("data").resolve("demo");
    String password;
    try {
      password = AdminPassword.in(home.resolve("data"));
      DemoFolder.makeAnew(data);
      DemoFolder.givePassword(data, password);
    } catch (EmbeddedStartException | AccessSettingsException | IOException e) {
      throw new CommandFailed(ExitCode.IMPOSSIBLE_HERE, String.valueOf(e.getMessage()));
    }
    try (SampleCrm crm = new SampleCrm()) {
      Map<String, String> all = settings(home, data, crm.url(), password, given);
      screen.say(
          "Starting a broker with its own PostgreSQL and Artemis in %s ..."
              .formatted(Addresses.written(data)));
      ConfigurableApplicationContext broker;
      try {
        broker = WaybillApplication.start(home, arguments(all));
      } catch (RuntimeException e) {
        System.err.println("The log is in " + data.resolve("demo.log"));
        return StartFailures.exitCode(e);
      }
      return show(broker, addresses(broker, home, data, all, password), crm);
    }
  }

  private Home home() {
    Home home = folder != null ? new Home(folder) : shipped();
    if (!Files.isDirectory(home.resolve("samples")) || !Files.isDirectory(home.config())) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "%s has no samples/ and config/, which the demo needs; name the folder with --home"
              .formatted(home.path()));
    }
    return home;
  }

  /** The folder that the jar lies in a folder of: target/ of the project, lib/ of the package. */
  private static Home shipped() {
    File jar = new ApplicationHome(Main.class).getSource();
    Path parent = jar == null ? null : jar.toPath().toAbsolutePath().getParent();
    Path above = parent == null ? null : parent.getParent();
    return new Home(above == null ? Path.of("") : above);
  }

  private Map<String, String> given() {
    RunCommand.refuseUnknown(settings, spec);
    Map<String, String> given = new LinkedHashMap<>();
    for (String setting : settings) {
      int equals = setting.indexOf('=');
      given.put(setting.substring(2, equals), setting.substring(equals + 1));
    }
    return given;
  }

  private Map<String, String> settings(
      Home home, Path data, String crm, String password, Map<String, String> given) {
    DemoPorts ports = new DemoPorts(home, given, screen::say);
    Map<String, String> own = new LinkedHashMap<>();
    own.put("waybill.data", data.toString());
    // never on a database or JMS server of somebody's, whatever is configured
    own.put("waybill.embedded", "auto");
    own.put("spring.datasource.url", "");
    own.put("spring.artemis.broker-url", "");
    own.put(
        "spring.sql.init.schema-locations",
        "optional:file:" + home.config().resolve("sql/ledger.sql"));
    // beside the users that are configured, whose passwords the demo does not know; without the
    // prefix, which YAML would take for a table
    own.put("waybill.users.admin.password", Passwords.encode(password).replace("{bcrypt}", ""));
    own.put("waybill.users.admin.roles", "admin");
    own.put("waybill.users.admin.operations", "");
    own.put("waybill.sample.drop-folder", data.resolve("drop").toString());
    own.put("waybill.sample.archive-folder", data.resolve("archive").toString());
    own.put("waybill.sample.edi-folder", data.resolve("edi").toString());
    own.put("waybill.sample.crm-url", crm);
    own.put("logging.file.name", data.resolve("demo.log").toString());
    own.put("logging.threshold.console", "off");
    for (String name : given.keySet()) {
      if (own.containsKey(name) && spec != null) {
        throw new ParameterException(
            spec.commandLine(), "the demo sets %s by itself; leave it out".formatted(name));
      }
    }
    Map<String, String> all = new LinkedHashMap<>(given);
    all.putAll(own);
    all.put(HTTP_PORT, String.valueOf(ports.http()));
    all.put(ACCEPTOR, ports.acceptor());
    return all;
  }

  private static List<String> arguments(Map<String, String> settings) {
    return settings.entrySet().stream()
        .map(setting -> "--" + setting.getKey() + "=" + setting.getValue())
        .toList();
  }

  private static Addresses addresses(
      ConfigurableApplicationContext broker,
      Home home,
      Path data,
      Map<String, String> settings,
      String password) {
    KeptPostgres database = broker.getBean(KeptPostgres.class);
    String address = broker.getEnvironment().getProperty("server.address", "127.0.0.1");
    return new Addresses(
        home.path(),
        data,
        "http://%s:%s"
            .formatted(address.equals("0.0.0.0") ? "127.0.0.1" : address, settings.get(HTTP_PORT)),
        settings.getOrDefault(ACCEPTOR, ""),
        database.jdbcUrl(),
        database.user(),
        database.password(),
        password);
  }

  private int show(ConfigurableApplicationContext broker, Addresses addresses, SampleCrm crm)
      throws IOException, JMSException, InterruptedException {
    Demo demo = new Demo(addresses, crm, seed, screen);
    CountDownLatch ended = new CountDownLatch(1);
    broker.addApplicationListener(
        (ApplicationListener<ContextClosedEvent>)
            event -> {
              if (!once) {
                screen.say("\nStopping ...");
              }
              leave(demo);
              ended.countDown();
            });
    List<String> wrong = demo.run();
    if (!wrong.isEmpty()) {
      screen.say("\nWhat is wrong:");
      wrong.forEach(line -> screen.say("  " + line));
      screen.say("The log is in " + Addresses.written(addresses.data().resolve("demo.log")));
    }
    if (once) {
      broker.close();
      return wrong.isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    }
    if (ended.getCount() > 0) {
      demo.invite();
    }
    ended.await();
    return ExitCode.OK;
  }

  private static void leave(Demo demo) {
    try {
      demo.close();
    } catch (Exception e) {
      // its connections end with the broker anyway
    }
  }
}
