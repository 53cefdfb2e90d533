package io.waybill.cli;

import io.waybill.spec.load.Problem;
import io.waybill.spec.load.SpecificationLoader;
import java.nio.file.Files;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the configuration without starting anything. */
@Command(
    name = "validate",
    description = "Checks config/ without starting anything.",
    mixinStandardHelpOptions = true)
final class ValidateCommand implements Callable<Integer> {

  @Mixin private final HomeOption home = new HomeOption();

  @Override
  public Integer call() {
    if (!Files.isDirectory(home.home().config())) {
      throw new CommandFailed(
          ExitCode.USAGE,
          "there is no folder %s; name the home of the broker with --home."
              .formatted(home.home().config()));
    }
    List<Problem> problems = SpecificationLoader.check(home.home().config());
    for (Problem problem : problems) {
      System.out.println(
          (problem.severity() == Problem.Severity.ERROR ? "error   " : "warning ") + problem);
    }
    boolean wrong =
        problems.stream().anyMatch(problem -> problem.severity() == Problem.Severity.ERROR);
    System.out.println(
        wrong ? "The broker would refuse to start with this." : "The configuration can be used.");
    return wrong ? ExitCode.USAGE : ExitCode.OK;
  }
}
