; Lets guests in through the Windows firewall: only this program, only in networks that the person
; calls private (home, work) or that a domain manages, never in a public one. Without a rule Windows
; asks at the first start, and whoever is no administrator gets a rule that blocks.
;
; An installation for one person alone has no right to add a rule: the command then fails, nothing
; else does, and the connection doctor says what to do.
;
; Not run here: there is no Windows in this project's test run.

!macro NSIS_HOOK_POSTINSTALL
  nsExec::Exec 'netsh advfirewall firewall delete rule name="Lanvas" program="$INSTDIR\${MAINBINARYNAME}.exe"'
  Pop $0
  nsExec::Exec 'netsh advfirewall firewall add rule name="Lanvas" dir=in action=allow program="$INSTDIR\${MAINBINARYNAME}.exe" protocol=TCP profile=private,domain'
  Pop $0
  nsExec::Exec 'netsh advfirewall firewall add rule name="Lanvas" dir=in action=allow program="$INSTDIR\${MAINBINARYNAME}.exe" protocol=UDP localport=5353 profile=private,domain'
  Pop $0
!macroend

!macro NSIS_HOOK_PREUNINSTALL
  nsExec::Exec 'netsh advfirewall firewall delete rule name="Lanvas" program="$INSTDIR\${MAINBINARYNAME}.exe"'
  Pop $0
!macroend
