package dev.millrace;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The rooms of the house, and which door leads where. */
@AnalyzeClasses(packages = "dev.millrace", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

    @ArchTest
    static final ArchRule each_room_sees_only_the_rooms_it_stands_on = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.millrace..")
            .withOptionalLayers(true)
            .layer("event")
            .definedBy("dev.millrace.event..")
            .layer("log")
            .definedBy("dev.millrace.log")
            .layer("redis")
            .definedBy("dev.millrace.log.redis..")
            .layer("circuit")
            .definedBy("dev.millrace.circuit..")
            .layer("text")
            .definedBy("dev.millrace.text..")
            .layer("json")
            .definedBy("dev.millrace.json..")
            .layer("glob")
            .definedBy("dev.millrace.glob..")
            .layer("feed")
            .definedBy("dev.millrace.feed..")
            .layer("node")
            .definedBy("dev.millrace.node..")
            .layer("run")
            .definedBy("dev.millrace.run..")
            .layer("auth")
            .definedBy("dev.millrace.auth..")
            .layer("tls")
            .definedBy("dev.millrace.tls..")
            .layer("http")
            .definedBy("dev.millrace.http..")
            .layer("sse")
            .definedBy("dev.millrace.sse..")
            .layer("watch")
            .definedBy("dev.millrace.watch..")
            .layer("rescue")
            .definedBy("dev.millrace.rescue..")
            .layer("launch")
            .definedBy("dev.millrace.launch..")
            .whereLayer("event")
            .mayNotAccessAnyLayer()
            .whereLayer("circuit")
            .mayNotAccessAnyLayer()
            .whereLayer("text")
            .mayNotAccessAnyLayer()
            .whereLayer("json")
            .mayNotAccessAnyLayer()
            .whereLayer("glob")
            .mayNotAccessAnyLayer()
            .whereLayer("auth")
            .mayOnlyAccessLayers("glob")
            .whereLayer("sse")
            .mayNotAccessAnyLayer()
            .whereLayer("tls")
            .mayNotAccessAnyLayer()
            .whereLayer("log")
            .mayOnlyAccessLayers("event")
            .whereLayer("redis")
            .mayOnlyAccessLayers("log", "event")
            .whereLayer("node")
            .mayOnlyAccessLayers("log", "redis", "event", "tls")
            .whereLayer("run")
            .mayOnlyAccessLayers("event", "auth")
            .whereLayer("feed")
            .mayOnlyAccessLayers("log", "event", "run", "auth", "glob", "json")
            .whereLayer("http")
            .mayOnlyAccessLayers("auth", "tls", "json")
            .whereLayer("watch")
            .mayOnlyAccessLayers("log", "sse", "http", "auth", "event")
            .whereLayer("rescue")
            .mayOnlyAccessLayers("log", "run", "event", "feed")
            .whereLayer("launch")
            .mayNotBeAccessedByAnyLayer()
            .ensureAllClassesAreContainedInArchitecture()
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule no_two_rooms_lead_to_each_other =
            slices().matching("dev.millrace.(*)..").should().beFreeOfCycles().allowEmptyShould(true);

    @ArchTest
    static final ArchRule a_class_is_named_for_what_it_is = noClasses()
            .should()
            .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Common|Base)")
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule only_the_launcher_prints = noClasses()
            .that()
            .resideOutsideOfPackage("dev.millrace.launch..")
            .should(ACCESS_STANDARD_STREAMS)
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule nobody_sleeps = noClasses()
            .should()
            .callMethod(Thread.class, "sleep", long.class)
            .orShould()
            .callMethod(Thread.class, "sleep", long.class, int.class)
            .allowEmptyShould(true);
}
