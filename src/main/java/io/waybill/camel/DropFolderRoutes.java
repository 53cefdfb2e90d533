package io.waybill.camel;

import io.waybill.broker.Intake;
import java.io.File;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Comparator;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.RouteTemplateContext;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.file.GenericFile;
import org.apache.camel.spi.PollingConsumerPollStrategy;
import org.apache.camel.support.DefaultPollingConsumerPollStrategy;
import org.apache.camel.util.TimeUtils;

/**
 * The route template {@code waybill-drop-folder}: partners drop files, and find them again in
 * {@code accepted/} or {@code rejected/} with a receipt.
 *
 * <p>The files of one poll are handed in sorted by name; a file that comes while a poll goes on
 * belongs to the next one. Folders below are not looked into.
 */
final class DropFolderRoutes extends RouteBuilder {

  /** An expression would be evaluated for each comparison. */
  private static final Comparator<GenericFile<?>> BY_NAME =
      Comparator.comparing(GenericFile::getFileName);

  private final Intake intake;
  private final WaybillComponent component;
  private final HomeFolder atHome;
  private final Clock clock;

  DropFolderRoutes(Intake intake, WaybillComponent component, Path home, Clock clock) {
    this.intake = intake;
    this.component = component;
    this.atHome = new HomeFolder(home);
    this.clock = clock;
  }

  @Override
  public void configure() {
    getContext().getPropertiesComponent().addPropertiesFunction(atHome);
    routeTemplate("waybill-drop-folder")
        .templateParameter("folder", null, "where partners drop files, relative to the home folder")
        .templateParameter("sender", null, "the partner")
        .templateOptionalParameter("operations", "the operations that may come this way")
        .templateParameter(
            "split", "", "how a file is cut into documents: jsonl, csv, or xml:{ns}name")
        .templateParameter("pattern", "*", "which files count, e.g. *.xml")
        .templateParameter("stable", "1s", "how long a file has to look the same")
        .templateParameter("poll", "500", "how often to look, in milliseconds")
        .configure(this::bind)
        .from(
            "file:{{home:{{folder}}}}?processStrategy=#bean:{{strategy}}&filter=#bean:{{filter}}"
                + "&sorter=#bean:{{sorter}}&pollStrategy=#bean:{{polls}}&delay={{poll}}&initialDelay=0")
        .routeDescription("Takes the files that a partner drops in a folder.")
        .to("waybill:submit?operations={{?operations}}&split=RAW({{split}})")
        .id("submit")
        .description("Ends when the document is in the journal on disk.");
  }

  private void bind(RouteTemplateContext context) {
    String folder = value(context, "folder");
    Path location = Path.of(atHome.apply(folder));
    Duration stable = Duration.ofMillis(TimeUtils.toMilliSeconds(value(context, "stable")));
    DropFolder here = new DropFolder(location);
    DropFolderFilter<File> filter =
        new DropFolderFilter<>(here, value(context, "pattern"), stable, clock);
    DropFolderStrategy.Place<File> place =
        new DropFolderStrategy.Place<>(
            here, value(context, "sender"), filter, !value(context, "split").isBlank());
    context.bind("filter", DropFolderFilter.class, filter);
    context.bind("sorter", Comparator.class, BY_NAME);
    context.bind("polls", PollingConsumerPollStrategy.class, new Polls(filter));
    context.bind(
        "strategy",
        DropFolderStrategy.class,
        new DropFolderStrategy<>(place, intake, component.documents(), clock));
  }

  /** Tells the filter of a folder when it is looked through anew. */
  private static final class Polls extends DefaultPollingConsumerPollStrategy {
    private final DropFolderFilter<File> filter;

    Polls(DropFolderFilter<File> filter) {
      this.filter = filter;
    }

    @Override
    public boolean begin(Consumer consumer, Endpoint endpoint) {
      filter.beginPoll();
      return true;
    }
  }

  /** A parameter may itself be a placeholder of the configuration. */
  private static String value(RouteTemplateContext context, String name) {
    return context
        .getCamelContext()
        .resolvePropertyPlaceholders(context.getProperty(name, String.class));
  }
}
