package dev.millrace.agent;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** The agent's rooms: the documents and the two kinds of model do not know each other. */
@AnalyzeClasses(packages = "dev.millrace.agent", importOptions = ImportOption.DoNotIncludeTests.class)
class RoomsTest {

    @ArchTest
    static final ArchRule each_room_sees_only_the_rooms_it_stands_on = layeredArchitecture()
            .consideringOnlyDependenciesInAnyPackage("dev.millrace.agent..")
            .layer("agent")
            .definedBy("dev.millrace.agent")
            .layer("extractive")
            .definedBy("dev.millrace.agent.extractive")
            .layer("openai")
            .definedBy("dev.millrace.agent.openai")
            .layer("fetch")
            .definedBy("dev.millrace.agent.fetch")
            .layer("mcp")
            .definedBy("dev.millrace.agent.mcp")
            .layer("documents")
            .definedBy("dev.millrace.agent.documents")
            .layer("model")
            .definedBy("dev.millrace.agent.model")
            .layer("text")
            .definedBy("dev.millrace.agent.text")
            .layer("time")
            .definedBy("dev.millrace.agent.time")
            .whereLayer("agent")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("extractive")
            .mayOnlyAccessLayers("model", "text", "time")
            .whereLayer("openai")
            .mayOnlyAccessLayers("model", "time")
            .whereLayer("fetch")
            .mayOnlyAccessLayers("model")
            .whereLayer("mcp")
            .mayOnlyAccessLayers("model", "time")
            .whereLayer("documents")
            .mayOnlyAccessLayers("model", "text")
            .whereLayer("model")
            .mayNotAccessAnyLayer()
            .whereLayer("text")
            .mayNotAccessAnyLayer()
            .whereLayer("time")
            .mayNotAccessAnyLayer()
            .ensureAllClassesAreContainedInArchitecture();

    @ArchTest
    static final ArchRule no_two_rooms_lead_to_each_other =
            slices().matching("dev.millrace.agent.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule only_the_first_room_knows_runs_and_logs = noClasses()
            .that()
            .resideOutsideOfPackage("dev.millrace.agent")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage(
                    "dev.millrace.event..", "dev.millrace.log..", "dev.millrace.run..", "dev.millrace.launch..");

    @ArchTest
    static final ArchRule a_class_is_named_for_what_it_is =
            noClasses().should().haveNameMatching(".*\\.((\\w*(Manager|Helper|Utils?|Impl|Common))|Base\\w*)");
}
