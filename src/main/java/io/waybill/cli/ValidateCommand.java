package io.waybill.cli;

import io.waybill.camel.RouteFiles;
import io.waybill.spec.Specification;
import io.waybill.spec.load.Problem;
import io.waybill.spec.load.SpecificationLoader;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Checks the configuration without starting anything. */
@Command(
    name = "validate",
    description = "Checks config/ and routes/ without starting anything.",
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
    List<Problem> problems = problems();
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

  private List<Problem> problems() {
    List<Problem> problems = new ArrayList<>(SpecificationLoader.check(home.home().config()));
    Specification specification = null;
    if (problems.stream().noneMatch(problem -> problem.severity() == Problem.Severity.ERROR)) {
      specification = SpecificationLoader.load(home.home().config(), Map.of());
    }
    problems.addAll(RouteFiles.read(home.home().routes()).check(specification));
    return problems;
  }
}
