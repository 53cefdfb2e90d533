package io.waybill.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Entry point of the executable jar. */
@Command(
    name = "waybill",
    description = "Takes documents in, posts them in order, and keeps a waybill for each.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      DemoCommand.class,
      RunCommand.class,
      ValidateCommand.class,
      ExplainCommand.class,
      SubmitCommand.class,
      MessagesCommand.class,
      MessageCommand.class,
      WhyCommand.class,
      PayloadCommand.class,
      ReplyCommand.class,
      ReleaseCommand.class,
      RepliesCommand.class,
      StepsCommand.class,
      LanesCommand.class,
      LinksCommand.class,
      IntakeCommand.class,
      RetryCommand.class,
      SkipCommand.class,
      WaiveCommand.class,
      EditCommand.class,
      InterruptCommand.class,
      RepostCommand.class,
      SettleCommand.class,
      RereadCommand.class,
      LinkCommand.class,
      PauseCommand.class,
      CloseGapCommand.class,
      ResumeCommand.class,
      SampleProviderCommand.class,
      HousekeepingCommand.class,
      ForgetCommand.class,
      ReloadCommand.class,
      ImportPostedCommand.class,
      EncodePasswordCommand.class
    },
    footer = {
      "",
      "Only where the sources are: test (every check), fmt (formats), bench (measures; bench --help),",
      "package (makes the archive to install from)."
    },
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:refused or failed; the message says why",
      "2:the command line or the configuration is wrong",
      "3:the broker, its database or its JMS server cannot be reached",
      "4:not possible on this machine: folder or port in use, not writable, disk full",
      "5:user or password is wrong, or not allowed to this user",
      "70:the running broker could not go on and ended itself"
    })
public final class Main implements Runnable {

  @Spec @org.jspecify.annotations.Nullable CommandSpec spec;

  /** Runs a command and ends the process with its exit code. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  /** Runs a command. */
  static int run(String... args) {
    return new CommandLine(new Main())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setExecutionExceptionHandler(
            (e, commandLine, parsed) -> {
              if (e instanceof CommandFailed failed) {
                commandLine.getErr().println("waybill: " + failed.getMessage());
                return failed.exitCode();
              }
              throw e;
            })
        .execute(args);
  }

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "Say what to do; see below.");
    }
  }

  /** The version in the jar. */
  static final class Version implements CommandLine.IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"waybill " + (version == null ? "(not packaged)" : version)};
    }
  }
}
