package io.waybill.process;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.core.ConditionTimeoutException;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebDriverException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * Chromium without a screen, driven as a person would: looks until something is there, clicks it,
 * types. The browser and its driver are those of the machine; nothing is fetched.
 */
final class Browser implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Path SHOTS = Path.of("target", "console");

  private final ChromeDriver driver;

  private Browser(ChromeDriver driver) {
    this.driver = driver;
  }

  /** The browser and the driver that belongs to it. */
  private record Installed(Path browser, Path driver) {}

  /** Opens it, where there is one: CHROME and CHROMEDRIVER, or what the PATH has. */
  static Optional<Browser> open() {
    return installed().map(Browser::started).map(Browser::new);
  }

  private static Optional<Installed> installed() {
    Optional<Path> browser =
        program("CHROME", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable");
    Optional<Path> driver = program("CHROMEDRIVER", "chromedriver");
    return browser.flatMap(found -> driver.map(its -> new Installed(found, its)));
  }

  private static Optional<Path> program(String variable, String... names) {
    String given = System.getenv(variable);
    if (given != null && !given.isBlank()) {
      return Optional.of(Path.of(given));
    }
    String path = System.getenv("PATH") == null ? "" : System.getenv("PATH");
    return Stream.of(names)
        .flatMap(name -> Stream.of(path.split(File.pathSeparator)).map(in -> Path.of(in, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static ChromeDriver started(Installed installed) {
    ChromeDriverService service =
        new ChromeDriverService.Builder()
            .usingDriverExecutable(installed.driver().toFile())
            .usingAnyFreePort()
            .build();
    ChromeOptions options = new ChromeOptions();
    options.setBinary(installed.browser().toFile());
    options.addArguments(
        // as root, and in containers, it has no sandbox; it only ever sees our own pages here
        "--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--window-size=1500,1000");
    return new ChromeDriver(service, options);
  }

  void go(String address) {
    driver.get(address);
  }

  String address() {
    return driver.getCurrentUrl();
  }

  /** Waits until it is there, and clicks it. */
  void click(By what) {
    awaited(
        "click " + what,
        () -> {
          Optional<WebElement> found = find(what);
          found.ifPresent(WebElement::click);
          return found.isPresent();
        });
  }

  /** Waits until it is there, and writes into it. */
  void type(By what, String text) {
    awaited(
        "type into " + what,
        () -> {
          Optional<WebElement> found = find(what);
          found.ifPresent(
              field -> {
                field.clear();
                field.sendKeys(text);
              });
          return found.isPresent();
        });
  }

  /** Waits until it is to be seen. */
  void awaitSight(By what) {
    awaited("see " + what, () -> find(what).isPresent());
  }

  /** What the page looked like when nothing came is kept as {@code in-vain.png}. */
  private void awaited(String what, Callable<Boolean> come) {
    try {
      await("to " + what)
          .atMost(PATIENCE)
          .ignoreExceptionsMatching(Browser::movedMeanwhile)
          .until(come);
    } catch (ConditionTimeoutException e) {
      picture("in-vain");
      throw new AssertionError(e.getMessage() + "\nOn " + address() + ":\n" + text(), e);
    }
  }

  /** What can be read on the page. */
  String text() {
    return driver.findElement(By.tagName("body")).getText();
  }

  /** What can be read there at present; empty where it is not to be seen. */
  List<String> texts(By what) {
    try {
      return driver.findElements(what).stream().map(WebElement::getText).toList();
    } catch (StaleElementReferenceException e) {
      return List.of();
    }
  }

  private Optional<WebElement> find(By what) {
    return driver.findElements(what).stream().filter(WebElement::isDisplayed).findFirst();
  }

  /** Pages that draw themselves anew take things away from under the pointer. */
  private static boolean movedMeanwhile(Throwable e) {
    return e instanceof WebDriverException;
  }

  /** Keeps a picture below {@code target/console}, for people. */
  void picture(String name) {
    try {
      Files.createDirectories(SHOTS);
      Files.write(SHOTS.resolve(name + ".png"), driver.getScreenshotAs(OutputType.BYTES));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    driver.quit();
  }
}
