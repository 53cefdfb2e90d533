package io.waybill.cli;

import io.waybill.sample.StockAndLedger;
import java.io.IOException;
import java.net.BindException;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Plays a destination that can cancel. */
@Command(
    name = "sample-provider",
    description = {
      "Runs a destination that can cancel what it performed: a stock and a ledger,",
      "by HTTP on loopback, with tables in a schema of its own. To try rewinds with."
    },
    mixinStandardHelpOptions = true)
final class SampleProviderCommand implements Callable<Integer> {

  private static final String PASSWORD = "WAYBILL_SAMPLE_PASSWORD";

  @Option(
      names = "--url",
      required = true,
      paramLabel = "JDBC",
      description = "Its PostgreSQL, e.g. jdbc:postgresql://127.0.0.1:5432/shop.")
  private String url = "";

  @Option(
      names = "--user",
      required = true,
      description = "The user at the database; the password is taken from " + PASSWORD + ".")
  private String user = "";

  @Option(
      names = "--schema",
      description = "Where its tables are; made where it is missing (default: ${DEFAULT-VALUE}).",
      defaultValue = "sample_provider")
  private String schema = "";

  @Option(
      names = "--port",
      description = "Where it listens; 0 takes a free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8091")
  private int port;

  @Option(
      names = "--stock",
      description =
          "How many of each item there are at the first start (default: ${DEFAULT-VALUE}).",
      defaultValue = "1000000")
  private long stock;

  @Override
  public Integer call() throws InterruptedException {
    @Nullable String password = System.getenv(PASSWORD);
    try (StockAndLedger provider =
        new StockAndLedger(url, user, password == null ? "" : password, schema, port, stock)) {
      System.out.println("waybill: sample provider at " + provider.url());
      new CountDownLatch(1).await(); // until the process is stopped
      return ExitCode.OK;
    } catch (BindException e) {
      throw new CommandFailed(
          ExitCode.IMPOSSIBLE_HERE,
          "port %d is taken; choose another with --port, 0 takes a free one".formatted(port));
    } catch (SQLException | IOException | RuntimeException e) {
      throw new CommandFailed(
          ExitCode.UNREACHABLE,
          "the sample provider cannot use %s as %s: %s".formatted(url, user, e.getMessage()));
    }
  }
}
