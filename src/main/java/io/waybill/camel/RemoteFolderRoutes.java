package io.waybill.camel;

import io.waybill.broker.Intake;
import io.waybill.message.Fingerprint;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.model.RouteTemplateDefinition;
import org.apache.camel.spi.ExceptionHandler;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.util.TimeUtils;
import org.jspecify.annotations.Nullable;

/**
 * The route templates {@code waybill-ftp} and {@code waybill-sftp}: partners drop files on a
 * server, with the same rules as in {@link DropFolderRoutes}.
 *
 * <p>Camel's components connect and list; what happens to a file is asked by {@link RemoteFolder}
 * over the same connection, on the consumer's own thread. After a failed poll it rests for a dozen,
 * so that a wrong password locks nobody out.
 */
final class RemoteFolderRoutes extends RouteBuilder {

  private static final String POLLS =
      "?processStrategy=#bean:{{strategy}}&filter=#bean:{{filter}}&sorter=#bean:{{sorter}}"
          + "&pollStrategy=#bean:{{talk}}&exceptionHandler=#bean:{{handler}}"
          + "&delay={{poll}}&initialDelay=0&backoffErrorThreshold=1&backoffMultiplier=12"
          + "&download=false&autoCreate=false&stepwise=false&fastExistsCheck=true"
          + "&throwExceptionOnConnectFailed=true&maximumReconnectAttempts=0&connectTimeout=10000";

  private static final String FTP = "&binary=true&passiveMode=true&soTimeout=60000&timeout=30000";
  private static final String SFTP = "&serverAliveInterval=15000&serverAliveCountMax=3";
  private static final String SUBMIT =
      "waybill:submit?operations={{?operations}}&split=RAW({{split}})";

  /** An expression would be evaluated for each comparison. */
  private static final Comparator<GenericFile<?>> BY_NAME =
      Comparator.comparing(GenericFile::getFileNameOnly);

  private final Intake intake;
  private final WaybillComponent component;
  private final Path home;
  private final Path spool;
  private final Clock clock;

  RemoteFolderRoutes(
      Intake intake, WaybillComponent component, Path home, Path spool, Clock clock) {
    this.intake = intake;
    this.component = component;
    this.home = home;
    this.spool = spool;
    this.clock = clock;
  }

  /** What {@code security} makes of an endpoint. */
  private record Security(String getName, boolean scheme) implements PropertiesFunction {
    @Override
    public String apply(String security) {
      return switch (security) {
        case "none" -> scheme ? "ftp" : "disconnect=false";
        case "explicit" -> scheme ? "ftps" : "implicit=false";
        case "implicit" -> scheme ? "ftps" : "implicit=true";
        default ->
            throw new IllegalArgumentException(
                "security: '" + security + "' is not known. Write none, explicit or implicit");
      };
    }
  }

  @Override
  public void configure() {
    var properties = getContext().getPropertiesComponent();
    properties.addPropertiesFunction(new Security("ftp-scheme", true));
    properties.addPropertiesFunction(new Security("ftp-option", false));
    template("waybill-ftp")
        .templateParameter("port", "21", "of the server; 990 for implicit TLS")
        .templateParameter("password", "", "of the user, best as {{env:NAME}}")
        .templateParameter("security", null, "none, explicit (AUTH TLS) or implicit")
        .templateParameter("trust", "", "a file with trusted certificates in PEM")
        .configure(this::bindFtp)
        .from(
            "{{ftp-scheme:{{security}}}}:{{host}}:{{port}}/{{folder}}"
                + POLLS
                + FTP
                + "&{{ftp-option:{{security}}}}")
        .process(DropFolderStrategy::bringBody)
        .to(SUBMIT);
    template("waybill-sftp")
        .templateParameter("port", "22", "of the server")
        .templateParameter("password", "", "of the user, best as {{env:NAME}}")
        .templateParameter("private-key", "", "the file with the user's private key")
        .templateParameter("passphrase", "", "of the private key, best as {{env:NAME}}")
        .templateParameter("known-hosts", null, "the file with the keys of servers")
        .configure(this::bindSftp)
        .from("sftp:{{host}}:{{port}}/{{folder}}" + POLLS + SFTP)
        .process(DropFolderStrategy::bringBody)
        .to(SUBMIT);
  }

  private RouteTemplateDefinition template(String name) {
    return routeTemplate(name)
        .templateParameter("host", null, "the server")
        .templateParameter("folder", null, "below the folder in which the user begins")
        .templateParameter("user", null, "who logs in")
        .templateParameter("sender", null, "the partner")
        .templateOptionalParameter("operations", "the operations that may come this way")
        .templateParameter(
            "split", "", "how a file is cut into documents: jsonl, csv, or xml:{ns}name")
        .templateParameter("pattern", "*", "which files count, e.g. *.xml")
        .templateParameter("stable", "5s", "how long a file has to look the same")
        .templateParameter("poll", "5000", "how often to look, in milliseconds");
  }

  private void bindFtp(RouteTemplateContext context) {
    bind(
        context,
        new FtpServer(
            value(context, "user"),
            value(context, "password"),
            TrustedCertificates.in(file(context, "trust"))),
        "ftp");
  }

  private void bindSftp(RouteTemplateContext context) {
    SftpServer.Login login =
        new SftpServer.Login(
            value(context, "user"),
            given(context, "password"),
            file(context, "private-key"),
            given(context, "passphrase"),
            home.resolve(value(context, "known-hosts")).toAbsolutePath());
    bind(context, new SftpServer(login), "sftp");
  }

  private <T> void bind(RouteTemplateContext context, RemoteServer<T> server, String kind) {
    String path = value(context, "folder");
    if (path.isBlank() || path.matches(".*[?#%*\\\\\\p{Cntrl}].*") || path.contains("..")) {
      throw new IllegalArgumentException(
          "folder: '%s' is no folder of a server. Write names joined by '/', without ? # %% * \\ or .."
              .formatted(path));
    }
    Duration stable = Duration.ofMillis(TimeUtils.toMilliSeconds(value(context, "stable")));
    RemoteFolder<T> folder = new RemoteFolder<>(server, kind, spool(context, kind));
    DropFolderFilter<T> filter =
        new DropFolderFilter<>(folder, value(context, "pattern"), stable, clock);
    DropFolderStrategy<T> strategy =
        new DropFolderStrategy<>(
            new DropFolderStrategy.Place<>(
                folder, value(context, "sender"), filter, given(context, "split") != null),
            intake,
            component.documents(),
            clock);
    ServerTalk<T> talk = new ServerTalk<>(server, folder, strategy, clock);
    context.bind("filter", DropFolderFilter.class, filter);
    context.bind("sorter", Comparator.class, BY_NAME);
    context.bind("strategy", DropFolderStrategy.class, strategy);
    context.bind("talk", PollingConsumerPollStrategy.class, talk);
    context.bind("handler", ExceptionHandler.class, talk);
  }

  /** Each folder of each server has its own. */
  private Path spool(RouteTemplateContext context, String kind) {
    String place =
        String.join(
            "\n",
            kind,
            value(context, "host"),
            value(context, "port"),
            value(context, "user"),
            value(context, "folder"));
    String name = Fingerprint.of(place.getBytes(StandardCharsets.UTF_8)).hex().substring(0, 16);
    return spool.resolve(kind + "-" + name).toAbsolutePath();
  }

  private @Nullable Path file(RouteTemplateContext context, String name) {
    String file = given(context, name);
    return file == null ? null : home.resolve(file).toAbsolutePath();
  }

  private static @Nullable String given(RouteTemplateContext context, String name) {
    String value = value(context, name);
    return value.isBlank() ? null : value;
  }

  /** A parameter may itself be a placeholder of the configuration. */
  private static String value(RouteTemplateContext context, String name) {
    return context
        .getCamelContext()
        .resolvePropertyPlaceholders(context.getProperty(name, String.class));
  }
}
