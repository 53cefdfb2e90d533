package io.waybill.cli;

import io.waybill.operator.Passwords;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** Encodes a password for the configuration. */
@Command(
    name = "encode-password",
    description = {
      "Encodes a password for waybill.users.NAME.password.",
      "It is asked for, or read from the standard input; never given as an argument,",
      "which others on this machine could see."
    },
    mixinStandardHelpOptions = true)
final class EncodePasswordCommand implements Callable<Integer> {

  @Override
  public Integer call() throws IOException {
    try {
      System.out.println(Passwords.encode(read()));
      return ExitCode.OK;
    } catch (IllegalArgumentException e) {
      throw new CommandFailed(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** From JDK 22 on there is a console even where no person sits at it. */
  @SuppressWarnings("SystemConsoleNull")
  private static String read() throws IOException {
    Console console = System.console();
    if (console == null) {
      BufferedReader in =
          new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
      String line = in.readLine();
      return line == null ? "" : line;
    }
    char[] first = console.readPassword("Password: ");
    char[] second = console.readPassword("Again: ");
    if (!Arrays.equals(first, second)) {
      throw new CommandFailed(ExitCode.USAGE, "the two passwords differ.");
    }
    return first == null ? "" : new String(first);
  }
}
