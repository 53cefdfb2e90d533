package io.waybill.operator;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.MeterRegistry;
import io.waybill.broker.Intake;
import io.waybill.broker.Underway;
import io.waybill.broker.Waiters;
import io.waybill.spec.Specification;
import java.time.Clock;
import java.util.function.Supplier;
import org.apache.catalina.core.StandardHost;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.web.embedded.tomcat.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.Ordered;

/**
 * The beans of the desk. They need {@link Intake}, {@link Decisions}, {@link Orders}, {@link
 * Imports}, {@link Reloads}, {@link Ledger}, {@link Keeping}, {@link Why.Inquiry} and {@link
 * Users}.
 */
@Configuration(proxyBeanMethods = false)
@Import({AccessConfiguration.class, ConsoleConfiguration.class})
@EnableConfigurationProperties(IntakeSettings.class)
public class OperatorConfiguration {

  @Bean
  Bodies bodies(IntakeSettings settings) {
    return new Bodies(settings.maxBody().toBytes(), settings.bufferBytes());
  }

  @Bean
  SubmissionHeaders submissionHeaders(IntakeSettings settings, Specification specification) {
    return new SubmissionHeaders(settings.headers(), specification);
  }

  @Bean
  SubmissionForm submissionForm(SubmissionHeaders headers) {
    return new SubmissionForm(headers);
  }

  @Bean
  ReloadController reloadController(Reloads reloads) {
    return new ReloadController(reloads);
  }

  @Bean
  SubmitController submitController(
      Intake intake,
      Bodies bodies,
      SubmissionForm form,
      ObjectMapper json,
      ReplyAnswers replies,
      WaitingRoom room) {
    return new SubmitController(intake, bodies, form, json, replies, room);
  }

  @Bean
  Waiters waiters(IntakeSettings settings) {
    return new Waiters(settings.mostWaiting());
  }

  @Bean
  ReplyAnswers replyAnswers(Ledger ledger, Clock clock) {
    return new ReplyAnswers(ledger, clock);
  }

  @Bean
  WaitingRoom waitingRoom(
      Waiters waiters, Ledger ledger, ReplyAnswers replies, IntakeSettings settings) {
    return new WaitingRoom(waiters, ledger, replies, settings.longestWait());
  }

  @Bean
  ReplyController replyController(Ledger ledger, ReplyAnswers replies, Clock clock) {
    return new ReplyController(ledger, replies, clock);
  }

  @Bean
  MessageController messageController(Ledger ledger) {
    return new MessageController(ledger);
  }

  @Bean
  WhyController whyController(Why.Inquiry inquiry) {
    return new WhyController(inquiry);
  }

  @Bean
  StepController stepController(Ledger ledger) {
    return new StepController(ledger);
  }

  @Bean
  ReportController reportController(Reports reports, Ledger ledger) {
    return new ReportController(reports, ledger);
  }

  @Bean
  ActionController actionController(Decisions decisions, Ledger ledger, Bodies bodies) {
    return new ActionController(decisions, ledger, bodies);
  }

  @Bean
  OverviewController overviewController(
      Ledger ledger, Underway underway, Supplier<Specification> specification) {
    return new OverviewController(ledger, underway, specification);
  }

  /** Outside of the others, so that it counts their refusals too. */
  @Bean
  FilterRegistrationBean<Answers> answers(MeterRegistry registry) {
    FilterRegistrationBean<Answers> filter = new FilterRegistrationBean<>(new Answers(registry));
    filter.setName("answers");
    filter.addUrlPatterns("/api/*");
    filter.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return filter;
  }

  @Bean
  LinkController linkController(
      Orders orders, Ledger ledger, Supplier<Specification> specification) {
    return new LinkController(orders, ledger, specification);
  }

  @Bean
  PauseController pauseController(
      Orders orders, Ledger ledger, Supplier<Specification> specification) {
    return new PauseController(orders, ledger, specification);
  }

  @Bean
  KeepingController keepingController(Keeping keeping) {
    return new KeepingController(keeping);
  }

  @Bean
  NumberController numberController(
      Orders orders, Ledger ledger, Supplier<Specification> specification) {
    return new NumberController(orders, ledger, specification);
  }

  @Bean
  ImportController importController(Imports imports, Supplier<Specification> specification) {
    return new ImportController(imports, specification);
  }

  @Bean
  DocumentController documentController() {
    return new DocumentController();
  }

  @Bean
  ProblemAdvice problemAdvice() {
    return new ProblemAdvice();
  }

  @Bean
  ProblemErrorController problemErrorController() {
    return new ProblemErrorController();
  }

  /** A client that asks first ({@code Expect: 100-continue}) is refused before it sends. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> tomcat() {
    return factory -> {
      factory.addConnectorCustomizers(
          connector -> connector.setProperty("continueResponseTiming", "onRead"));
      factory.addContextCustomizers(
          context -> {
            if (context.getParent() instanceof StandardHost host) {
              host.setErrorReportValveClass(ProblemValve.class.getName());
            }
          });
    };
  }
}
