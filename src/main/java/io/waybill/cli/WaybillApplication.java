package io.waybill.cli;

import io.waybill.camel.CamelConfiguration;
import io.waybill.operator.OperatorConfiguration;
import io.waybill.operator.WatchConfiguration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.actuate.autoconfigure.observation.ObservationAutoConfiguration;
import org.springframework.boot.actuate.autoconfigure.observation.web.servlet.WebMvcObservationAutoConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.autoconfigure.security.servlet.UserDetailsServiceAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Import;

/**
 * The broker as an application. What it consists of is listed here; in which order it starts
 * follows from what needs what, and is told in {@link StartConfiguration}.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration(
    exclude = {
      UserDetailsServiceAutoConfiguration.class,
      // times every request, and every filter of it; operator.Answers counts what is worth it
      ObservationAutoConfiguration.class,
      WebMvcObservationAutoConfiguration.class
    })
@Import({
  StartConfiguration.class,
  OperatorConfiguration.class,
  WatchConfiguration.class,
  CamelConfiguration.class
})
public class WaybillApplication {

  /** The property that names the home folder. */
  static final String HOME = "waybill.home";

  /**
   * Starts a broker and returns when it is ready.
   *
   * @param home where it lives
   * @param settings further settings, e.g. {@code --server.port=8081}
   */
  public static ConfigurableApplicationContext start(Home home, List<String> settings) {
    Fatal fatal = new Fatal();
    Thread.setDefaultUncaughtExceptionHandler(fatal);
    SpringApplication application = new SpringApplication(WaybillApplication.class);
    application.setBannerMode(Banner.Mode.OFF);
    application.setLogStartupInfo(false);
    application.setDefaultProperties(Map.of(HOME, home.path().toString()));
    // by now the log is set up
    application.addInitializers(context -> GatheredConsole.install());
    List<String> arguments = new ArrayList<>(settings);
    // only ours: the default would also read config/ below the current folder
    arguments.add("--spring.config.location=classpath:/,optional:file:" + home.config() + "/");
    return application.run(arguments.toArray(String[]::new));
  }
}
